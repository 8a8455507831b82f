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
        client: Returns the boto3 client; called only when it is needed.

        stack_id: ARN of the stack, because another stack can reuse the name.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], CloudFormationClient]", *, stack_id: str, limit: TimeLimit) -> None:
        self._client = client
        self._stack_id = stack_id
        self._limit = limit

    def status(self) -> str:
        """
        Return the stack's status; empty if CloudFormation returns none.

        Raises:
            CutoverError: CloudFormation does not respond, or refuses the request.
        """
        with translated("cloudformation:DescribeStacks"):
            # A short limit, because the evidence becomes too old while a write waits for this response.
            ask = partial(self._client().describe_stacks, StackName=self._stack_id)
            stacks = self._limit.run(ask, within=ATTEMPT)["Stacks"]
            return text(stacks[0], "StackStatus") or "" if stacks else ""
