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

# Not ours to begin with "aws.", and not what our own rule listens to: nothing can go round in circles.
SOURCE = "finalize-cutover"
DETAIL_TYPE = "Cutover Finalization Result"
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
EVENTS_PER_CALL = 10


class EventBus:
    """
    An event bus of the function's own account and Region.

    The function puts its events itself: a Lambda destination would also carry the requests of CloudFormation,
    and with them their signed response URLs, to whoever listens.

    Args:
        client: Returns boto3's client; called when there is something to tell.

        name: Of the bus.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], EventBridgeClient]", *, name: str, limit: TimeLimit) -> None:
        self._client = client
        self._name = name
        self._limit = limit

    def publish(self, reports: Collection[Report]) -> int:
        """
        Publish *reports*, without MGN's own answers, which hold tags; return how many the bus did not take.

        Raises:
            CutoverError: The bus could not be reached, or refuses.
        """
        entries = [self._entry(report) for report in reports]
        refused = 0
        for batch in in_batches(entries, EVENTS_PER_CALL):
            with translated("events:PutEvents"):
                answer = self._limit.run(partial(self._client().put_events, Entries=batch), within=ATTEMPT)
            # An answer that cannot be read comes out empty.
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
