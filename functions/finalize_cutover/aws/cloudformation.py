"""CloudFormation through boto3: the port ``Stack`` of the core."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import text
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.time_budget import ATTEMPT

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


class AwsStack:
    """
    A stack of the function's own account and Region.

    Args:
        client: Returns boto3's client; called when there is something to ask.

        stack_id: ARN of the stack, since a name may have been taken by another stack.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], CloudFormationClient]", *, stack_id: str, limit: TimeLimit) -> None:
        self._client = client
        self._stack_id = stack_id
        self._limit = limit

    def status(self) -> str:
        """
        Return the stack's status; empty where CloudFormation shows none.

        Raises:
            CutoverError: CloudFormation does not answer, or refuses.
        """
        with translated("cloudformation:DescribeStacks"):
            # Evidence becomes too old while a write waits for this answer.
            ask = partial(self._client().describe_stacks, StackName=self._stack_id)
            stacks = self._limit.run(ask, within=ATTEMPT)["Stacks"]
            return text(stacks[0], "StackStatus") or "" if stacks else ""
