"""
Creates, updates, rolls back and deletes stacks.

The engine is independent of the template language, the resource types and the stack API.  The caller reports that the
operation began; the engine reports everything after that, and returns when the operation has succeeded or failed.
"""

from collections.abc import Iterable
from functools import partial
from typing import Protocol

from local.cloudformation import schedule
from local.cloudformation.events import Log
from local.cloudformation.resource import Definition, Resource, ResourceFailedError
from local.cloudformation.schedule import Needs
from local.cloudformation.steps import Steps


class Template(Protocol):
    """The desired state of a stack."""

    @property
    def needs(self) -> Needs:
        """The desired resources, and the dependencies between them."""

    def definition(self, logical_id: str) -> Definition:
        """Return the resource with all references resolved; raise ResourceFailedError if that fails."""

    def new(self, logical_id: str) -> Resource:
        """Return a resource that does not exist yet."""

    def finish(self) -> None:
        """Resolve the outputs; raise ResourceFailedError if that fails."""


class Engine:
    """
    Runs the operations on one stack.

    Args:
        log: Receives the stack events.

    Attributes:
        resources: {logical ID: resource} of all resources that exist or possibly exist.
    """

    def __init__(self, log: Log) -> None:
        self.resources: dict[str, Resource] = {}
        self._log = log
        self._steps = Steps(log)
        self._added: list[Resource] = []
        self._updated: list[Resource] = []

    def create(self, template: Template) -> bool:
        """Create all resources, or roll back; return whether the creation succeeded."""
        reason = self._work(template, "create")
        if not reason:
            self._log.stack("CREATE_COMPLETE")
            return True
        self._log.stack("ROLLBACK_IN_PROGRESS", f"{reason} Rollback requested by user.")
        self._delete(reversed(self._added), "ROLLBACK")
        return False

    def update(self, template: Template) -> bool:
        """Update the stack to *template*, or roll back; return whether the update succeeded."""
        reason = self._work(template, "update")
        if reason:
            self._log.stack("UPDATE_ROLLBACK_IN_PROGRESS", reason)
            self._roll_back()
            return False
        self._log.stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up([name for name in self.resources if name not in template.needs])
        self._log.stack("UPDATE_COMPLETE")
        return True

    def delete(self, template: Template) -> bool:
        """Delete all resources, including dependencies of those that fail to delete; return whether all are deleted."""
        order = reversed(schedule.in_order(template.needs))
        return self._delete([self.resources[name] for name in order if name in self.resources], "DELETE")

    def _work(self, template: Template, verb: str) -> str:
        """Create or update all resources, then resolve the outputs; return the reason of a failure, or empty."""
        self._added, self._updated = [], []
        self._steps.begin()
        failed = schedule.run(template.needs, partial(self._step, template), self._cancel)
        try:
            if not failed:
                template.finish()
        except ResourceFailedError as error:
            return str(error)
        return _failure(verb, failed)

    def _step(self, template: Template, logical_id: str) -> bool:
        if logical_id in self.resources:
            return self._update(template, self.resources[logical_id])
        resource = self.resources[logical_id] = template.new(logical_id)
        self._added.append(resource)
        return self._steps.forward(resource, "CREATE", lambda: resource.create(template.definition(logical_id)))

    def _update(self, template: Template, resource: Resource) -> bool:
        try:
            definition = template.definition(resource.logical_id)
        except ResourceFailedError as error:
            self._log.resource(resource, "UPDATE_FAILED", str(error))
            return False
        if definition == resource.definition:
            return True
        self._updated.append(resource)
        return self._steps.forward(resource, "UPDATE", lambda: resource.update(definition))

    def _cancel(self, logical_id: str) -> None:
        if resource := self.resources.get(logical_id):
            self._steps.cancel(resource)

    def _roll_back(self) -> None:
        for resource in reversed(self._updated):
            if not self._steps.attempt(resource, "UPDATE", resource.roll_back):
                self._log.stack("UPDATE_ROLLBACK_FAILED", _failure("update", [resource.logical_id]))
                return
        self._log.stack("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up([resource.logical_id for resource in self._added])
        self._log.stack("UPDATE_ROLLBACK_COMPLETE")

    def _clean_up(self, unwanted: list[str]) -> None:
        for resource in list(self.resources.values()):
            for replaced in resource.take_replaced():
                self._steps.clean_up(replaced, "UpdateReplacePolicy")
        for logical_id in reversed(unwanted):
            self._steps.clean_up(self.resources.pop(logical_id))

    def _delete(self, resources: Iterable[Resource], operation: str) -> bool:
        undeleted = []
        for resource in resources:
            if self._steps.delete(resource):
                self.resources.pop(resource.logical_id)
            else:
                undeleted.append(resource.logical_id)
        self._log.stack(f"{operation}_{'FAILED' if undeleted else 'COMPLETE'}", _failure("delete", undeleted))
        return not undeleted


def _failure(verb: str, logical_ids: list[str]) -> str:
    """Return the failure in the wording of AWS's stack events; empty if nothing failed."""
    return f"The following resource(s) failed to {verb}: [{', '.join(logical_ids)}]." if logical_ids else ""
