"""An EventBridge bus through boto3: the port ``ResultPublisher`` of the core."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.batches import in_batches
from finalize_cutover.cutover.report import Report
from finalize_cutover.cutover.time_budget import ATTEMPT

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

# AWS reserves names that begin with "aws.".  The stack's own event rule does not match this source, so no loop occurs.
SOURCE = "finalize-cutover"
DETAIL_TYPE = "Cutover Finalization Result"
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
EVENTS_PER_CALL = 10


class EventBus:
    """
    An event bus of the function's own account and Region.

    The function publishes its events itself.  A Lambda destination would also publish CloudFormation's requests
    with their signed response URLs.

    Args:
        client: Returns the boto3 client; called only when it is needed.

        name: Name of the bus.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], EventBridgeClient]", *, name: str, limit: TimeLimit) -> None:
        self._client = client
        self._name = name
        self._limit = limit

    def publish(self, reports: Collection[Report]) -> int:
        """
        Publish *reports* without MGN's responses, which contain tags; return how many the bus refused.

        Raises:
            CutoverError: The bus could not be reached, or refuses the request.
        """
        entries = [self._entry(report) for report in reports]
        refused = 0
        for batch in in_batches(entries, EVENTS_PER_CALL):
            with translated("events:PutEvents"):
                answer = self._limit.run(partial(self._client().put_events, Entries=batch), within=ATTEMPT)
            # botocore parses an unreadable response as an empty one.
            refused += answer.get("FailedEntryCount", len(batch))
        return refused

    def _entry(self, report: Report) -> "PutEventsRequestEntryTypeDef":
        detail = msgspec.structs.replace(report, source_server=msgspec.UNSET)
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Resources": [report.arn] if report.arn else [],
            "Detail": msgspec.json.encode(detail).decode(),
        }
