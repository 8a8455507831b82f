"""CloudWatch's alarms through boto3: the port ``Alarms`` of the core."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from finalize_cutover.aws.batches import in_calls
from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import identifier, readable, text, timestamp
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.acceptance.alarms import Alarm
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.time_budget import READING

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
OPERATION = "cloudwatch:DescribeAlarms"
ALARMS_PER_CALL = 100
# Without this list, CloudWatch returns metric alarms only.
TYPES = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
LISTS = ("MetricAlarms", "CompositeAlarms", "LogAlarms")


class AwsAlarms:
    """
    CloudWatch's alarms in one account and Region.

    Args:
        client: Returns the boto3 client.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], CloudWatchClient]", *, limit: TimeLimit) -> None:
        self._client = client
        self._limit = limit

    def named(self, names: Collection[str]) -> Found[Alarm]:
        """Return those of *names* that exist."""
        return in_calls(
            names,
            lambda batch: self._listed(AlarmNames=batch),
            operation=OPERATION,
            limit=self._limit,
            size=ALARMS_PER_CALL,
        )

    def with_prefix(self, prefix: str) -> Found[Alarm]:
        """Return every alarm whose name begins with *prefix*."""
        with translated(OPERATION):
            return Found(items=self._limit.run(lambda: self._listed(AlarmNamePrefix=prefix), within=READING))

    def _listed(self, **request: Any) -> dict[str, Alarm]:
        paginator: Any = self._client().get_paginator("describe_alarms")
        pages = paginator.paginate(**request, AlarmTypes=TYPES, PaginationConfig={"PageSize": ALARMS_PER_CALL})
        items = [readable(item) for page in pages for member in LISTS for item in page.get(member, [])]
        return {alarm.name: alarm for alarm in map(_alarm, items)}


def _alarm(item: Any) -> Alarm:
    return Alarm(
        # The name is compared, the label shown.
        name=str(item["AlarmName"]),
        label=identifier(item, "AlarmName"),
        state=text(item, "StateValue") or "unknown",
        since=timestamp(item, "StateTransitionedTimestamp"),
        evaluation_state=text(item, "EvaluationState") or None,
    )
