"""An EventBridge bus through boto3: the port ``ResultPublisher`` of the core."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.batches import in_batches
from finalize_cutover.cutover.errors import CutoverError
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

    def publish(self, reports: Collection[Report]) -> dict[str, str]:
        """
        Publish *reports*, of different source servers, without MGN's responses, which contain tags.

        No error is raised; one refused call does not affect the others.

        Returns:
            ``{source server ID: reason}`` of those that the bus did not accept.
        """
        refused: dict[str, str] = {}
        for batch in in_batches(list(reports), EVENTS_PER_CALL):
            try:
                refused |= self._publish(batch)
            except CutoverError as error:
                refused |= {report.source_server_id: str(error) for report in batch}
        return refused

    def _publish(self, batch: list[Report]) -> dict[str, str]:
        entries = [self._entry(report) for report in batch]
        with translated("events:PutEvents"):
            answer = self._limit.run(partial(self._client().put_events, Entries=entries), within=ATTEMPT)
            if not answer["FailedEntryCount"]:
                return {}
            # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
            codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
            return {
                report.source_server_id: f"events:PutEvents refused the event with {code}"
                for report, code in zip(batch, codes, strict=True)
                if code
            }

    def _entry(self, report: Report) -> "PutEventsRequestEntryTypeDef":
        detail = msgspec.structs.replace(report, source_server=msgspec.UNSET)
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Resources": [report.arn] if report.arn else [],
            "Detail": msgspec.json.encode(detail).decode(),
        }
