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
from tests.account.stack import Stack, counted
from tests.account.terminal import Terminal


@dataclass(slots=True, kw_only=True)
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
        found = self.stack.created()
        if found and not self.stack.id:
            self.terminal.say(f"The stack {self.stack.name} is not this kit's, and stays.")
            return CleanUp(stack="STAYS")
        # A deleted stack keeps its ID: a second attempt goes on with what it retains.
        stack_id = self.stack.id
        deleted, stays = self._delete_stack(stack_id, keeps_logs=keeps_logs) if stack_id else ([], [])
        self._delete_artifacts()
        for each in stays:
            self.terminal.say(f"Stays: {each['type']} {each['id']}")
        return CleanUp(stack="DELETED" if stack_id else "NOT_CREATED", deleted=counted(deleted), stays=counted(stays))

    def _delete_stack(self, stack_id: str, *, keeps_logs: bool) -> tuple[list[Resource], list[Resource]]:
        """Return the retained resources that were deleted as well, and those that stay."""
        retained = [each for each in self.stack.delete(stack_id) if not is_policy(each)]
        remover = Retained(self.aws, keeps_logs=keeps_logs)
        tried = [each for each in retained if remover.delete(each)]
        left = remover.wait_until_gone(tried, self.clock)
        stays = [each for each in retained if each not in tried or each in left]
        return [each for each in retained if each not in stays], stays

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


def uninterrupted(action: Callable[[], Any], terminal: Terminal) -> Any:
    """Run *action*; a first interruption is only answered, because half a clean-up leaves costs."""
    try:
        return action()
    except KeyboardInterrupt:
        terminal.say("The clean-up goes on; press Ctrl-C again to leave everything as it is.")
        return action()
