"""Single steps of a stack, each reported as it begins and as it ends."""

from collections.abc import Callable
from typing import Literal

from local.cloudformation.events import Log
from local.cloudformation.resource import Resource, ResourceFailedError

Policy = Literal["DeletionPolicy", "UpdateReplacePolicy"]

# In clean-up, a Delete is tried so often, then the resource is left to itself.
# https://repost.aws/knowledge-center/cloudformation-stack-cleanup-stuck
CLEANUP_TRIES = 3


class Steps:
    """
    Takes the steps, and can be told that those under way are to end.

    Args:
        log: Where they are reported.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._cancelling = False
        self._under_way: set[str] = set()

    def begin(self) -> None:
        """Take steps again, though others were cancelled."""
        self._cancelling = False

    def cancel(self, resource: Resource) -> None:
        """Let the step that is under way for *resource* end, and each that begins before *begin* is called."""
        self._cancelling = True
        if resource.logical_id in self._under_way:
            resource.cancel()

    def forward(self, resource: Resource, verb: Literal["CREATE", "UPDATE"], action: Callable[[], None]) -> bool:
        """Do *action*, which may be cancelled meanwhile; return whether it succeeded."""
        self._under_way.add(resource.logical_id)
        if self._cancelling:
            resource.cancel()
        try:
            return self.attempt(resource, verb, action)
        finally:
            self._under_way.discard(resource.logical_id)

    def attempt(self, resource: Resource, verb: str, action: Callable[[], None]) -> bool:
        """Do *action*; return whether it succeeded."""
        self._log.resource(resource, f"{verb}_IN_PROGRESS")
        try:
            action()
        except ResourceFailedError as error:
            self._log.resource(resource, f"{verb}_FAILED", str(error))
            return False
        self._log.resource(resource, f"{verb}_COMPLETE")
        return True

    def delete(self, resource: Resource) -> bool:
        """Delete *resource*, unless it is to stay; return whether that is done."""
        if self._stays(resource, "DeletionPolicy"):
            return True
        return self.attempt(resource, "DELETE", resource.delete)

    def clean_up(self, resource: Resource, policy: Policy = "DeletionPolicy") -> None:
        """Delete *resource*, unless it is to stay or will not go."""
        if not self._stays(resource, policy):
            any(self.attempt(resource, "DELETE", resource.delete) for _ in range(CLEANUP_TRIES))

    def _stays(self, resource: Resource, policy: Policy) -> bool:
        if resource.definition.get(policy) != "Retain":
            return False
        self._log.resource(resource, "DELETE_SKIPPED")
        return True
