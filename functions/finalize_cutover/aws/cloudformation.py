"""CloudFormation through boto3: whether the stack still wants what it asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from finalize_cutover.aws.errors import translated
from finalize_cutover.cutover.errors import CutoverError, WithdrawnError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

# A stack in one of these has given up on the resource, and may already have deleted it.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
GIVEN_UP = ("ROLLBACK", "DELETE", "FAILED")


class StackMandate:
    """
    The port ``Mandate``: a stack that is still going forward.

    While a request waits, CloudFormation may cancel the resource, and finalizing for a stack that rolls back cannot
    be undone.  An Update may be part of a rollback from the start.  What cannot be found out counts as withdrawn.

    Args:
        client: Returns boto3's client; called when there is something to ask.

        stack_id: ARN of the stack, since a name may have been taken by another stack.
    """

    def __init__(self, client: "Callable[[], CloudFormationClient]", *, stack_id: str) -> None:
        self._client = client
        self._stack_id = stack_id

    def confirm(self) -> None:
        """
        Return if the stack is still going forward.

        Raises:
            WithdrawnError: It is not, and then its status is the ``code``; or that cannot be found out.
        """
        try:
            with translated("cloudformation:DescribeStacks"):
                stacks = self._client().describe_stacks(StackName=self._stack_id)["Stacks"]
        except CutoverError as error:
            raise WithdrawnError(
                f"Nothing was finalized: CloudFormation did not say whether the stack still wants it ({error.code}).",
                is_known=False,
            ) from error
        # An answer without a status is no consent either.
        status = str(stacks[0].get("StackStatus", "FAILED")) if stacks else "DELETE_COMPLETE"
        if any(word in status for word in GIVEN_UP):
            raise WithdrawnError(f"Nothing was finalized: the stack went to {status}.", code=status)
