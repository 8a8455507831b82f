"""CloudFormation through boto3: the port ``Stack`` of the core."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import clean, text
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

    def statuses(self) -> Iterator[str]:
        """
        Yield the status of the stack, then those of the stacks that contain it, up to the root stack.

        A status is empty if CloudFormation returns none.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html

        Raises:
            CutoverError: CloudFormation does not respond, or refuses the request.
        """
        known, waiting = {self._stack_id}, [self._stack_id]
        while waiting:
            with translated("cloudformation:DescribeStacks"):
                stack = self._described(waiting.pop(0))
                status = clean(text(stack, "StackStatus") or "")
                around = dict.fromkeys((text(stack, "ParentId"), text(stack, "RootId")))
            waiting += [id_ for id_ in around if id_ and id_ not in known]
            known.update(waiting)
            yield status

    def _described(self, stack_id: str) -> Mapping[str, Any]:
        # A short limit, because the evidence becomes too old while a write waits for this response.
        ask = partial(self._client().describe_stacks, StackName=stack_id)
        stacks: Sequence[Any] = self._limit.run(ask, within=ATTEMPT)["Stacks"]
        return stacks[0] if stacks else {}
