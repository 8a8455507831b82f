"""Removes the stack, what it retains, and the uploaded artifacts; says what stays."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from finalize_cutover.cutover.ports import Clock
from tests.account.aws import Aws
from tests.account.deployment import MANAGED_STACK
from tests.account.report import CleanUp
from tests.account.retained import Resource, Retained, empty_prefix, is_policy
from tests.account.stack import FoundStack, Stack, counted
from tests.account.terminal import Terminal

# Only CreateChangeSet leaves this status: SAM was interrupted before it deployed.
UNBORN = "REVIEW_IN_PROGRESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """
    The end of a run.

    Attributes:
        had_sam_bucket: Whether SAM's bucket for artifacts existed before the run.

        prefix: Prefix of the artifacts in SAM's bucket.
    """

    aws: Aws
    stack: Stack
    clock: Clock
    terminal: Terminal
    had_sam_bucket: bool
    prefix: str

    def run(self, *, keeps_logs: bool) -> CleanUp:
        """
        Delete the stack, and everything that it retains and that is empty.

        Args:
            keeps_logs: Whether log groups stay, because they record a finalization.

        Raises:
            AccountTestError: The stack cannot be deleted.
        """
        found = self.stack.find()
        if found is None:
            self._delete_artifacts()
            return CleanUp(stack="NOT_CREATED")
        if not is_deletable(found):
            self.terminal.say(f"The stack {self.stack.name} is not this kit's, and stays.")
            return CleanUp(stack="STAYS")
        retained = self.stack.delete(found.id)
        deleted, stays = self._delete_retained(retained, keeps_logs=keeps_logs)
        self._delete_artifacts()
        for each in stays:
            self.terminal.say(f"Stays: {each['type']} {each['id']}")
        return CleanUp(stack="DELETED", deleted=counted(deleted), stays=counted(stays))

    def _delete_retained(self, retained: list[Resource], *, keeps_logs: bool) -> tuple[list[Resource], list[Resource]]:
        """Return the resources that were deleted, and those that stay; policies of them are not counted."""
        remover = Retained(self.aws, keeps_logs=keeps_logs)
        gone = [each for each in retained if remover.delete(each)]
        own = [each for each in retained if not is_policy(each)]
        return [each for each in own if each in gone], [each for each in own if each not in gone]

    def _delete_artifacts(self) -> None:
        """Delete what this run uploaded to SAM's bucket."""
        managed = self.stack.find(MANAGED_STACK)
        bucket = managed.outputs.get("SourceBucket") if managed else None
        if bucket is None:
            return
        if not self.had_sam_bucket:
            self.terminal.say(
                f"Stays: the bucket {bucket} of SAM, in the stack {MANAGED_STACK}; it did not exist before."
            )
        try:
            empty_prefix(self.aws.client("s3"), bucket, self.prefix)
        except ClientError as error:
            self.terminal.say(f"Stays: the artifacts below {self.prefix} in the bucket {bucket}: {error}")


def is_deletable(found: FoundStack) -> bool:
    """Whether the kit created the stack: it carries its tag, or this run was interrupted before it was created."""
    return found.is_ours or found.status == UNBORN


def uninterrupted(action: Callable[[], Any], terminal: Terminal) -> Any:
    """Run *action*; a first interruption is only answered, because half a clean-up leaves costs."""
    try:
        return action()
    except KeyboardInterrupt:
        terminal.say("The clean-up goes on; press Ctrl-C again to leave everything as it is.")
        return action()
