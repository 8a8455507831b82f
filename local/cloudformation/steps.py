"""Single steps of a stack operation; the start and the end of each step are reported."""

from collections.abc import Callable
from typing import Literal

from local.cloudformation.events import Log
from local.cloudformation.resource import Resource, ResourceFailedError

Policy = Literal["DeletionPolicy", "UpdateReplacePolicy"]

# In a clean-up, a Delete is tried this many times; then the resource is left as it is.
# https://repost.aws/knowledge-center/cloudformation-stack-cleanup-stuck
CLEANUP_TRIES = 3


class Steps:
    """
    Runs steps, and can cancel the running ones.

    Args:
        log: Receives the stack events.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._cancelling = False
        self._under_way: set[str] = set()

    def begin(self) -> None:
        """Allow steps again after a cancellation."""
        self._cancelling = False

    def cancel(self, resource: Resource) -> None:
        """Cancel the running step of *resource*, and every step that starts before the next ``begin``."""
        self._cancelling = True
        if resource.logical_id in self._under_way:
            resource.cancel()

    def forward(self, resource: Resource, verb: Literal["CREATE", "UPDATE"], action: Callable[[], None]) -> bool:
        """Run *action*, which can be cancelled; return whether it succeeded."""
        self._under_way.add(resource.logical_id)
        if self._cancelling:
            resource.cancel()
        try:
            return self.attempt(resource, verb, action)
        finally:
            self._under_way.discard(resource.logical_id)

    def attempt(self, resource: Resource, verb: str, action: Callable[[], None]) -> bool:
        """Run *action*; return whether it succeeded."""
        self._log.resource(resource, f"{verb}_IN_PROGRESS")
        try:
            action()
        except ResourceFailedError as error:
            self._log.resource(resource, f"{verb}_FAILED", str(error))
            return False
        self._log.resource(resource, f"{verb}_COMPLETE")
        return True

    def delete(self, resource: Resource) -> bool:
        """Delete *resource*, unless its policy retains it; return whether the step succeeded."""
        if self._stays(resource, "DeletionPolicy"):
            return True
        return self.attempt(resource, "DELETE", resource.delete)

    def clean_up(self, resource: Resource, policy: Policy = "DeletionPolicy") -> None:
        """Try to delete *resource*, unless *policy* retains it; ignore a failure."""
        if not self._stays(resource, policy):
            any(self.attempt(resource, "DELETE", resource.delete) for _ in range(CLEANUP_TRIES))

    def _stays(self, resource: Resource, policy: Policy) -> bool:
        if resource.definition.get(policy) != "Retain":
            return False
        self._log.resource(resource, "DELETE_SKIPPED")
        return True
