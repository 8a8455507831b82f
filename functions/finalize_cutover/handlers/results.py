"""Log, count and publish each result as soon as it is known."""

import itertools
import threading
from collections.abc import Collection

from finalize_cutover.cutover.errors import OutOfTimeError
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.ports import ResultPublisher
from finalize_cutover.cutover.report import Outcome, Report
from finalize_cutover.cutover.time_budget import retries
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.observability.log import in_account, logger, record
from finalize_cutover.observability.metrics import flush_metrics, measure_unpublished

# With a new result they fill one PutEvents request; the work does not wait for more.
MOST_WAITING = 9


class Publisher:
    """
    Logs, counts and publishes results; several threads may call it.

    Lambda can stop an invocation at any time; its results until then are in the log, the metrics and the events.

    Args:
        event_bus: Publishes changed and failed results; None publishes nothing.

        late_too: Whether results that ran out of time are also logged and counted.

        account_id: Account of the source servers; None names no account.
    """

    def __init__(
        self, event_bus: ResultPublisher | None = None, *, late_too: bool = True, account_id: str | None = None
    ) -> None:
        self._event_bus = event_bus
        self._late_too = late_too
        self._account_id = account_id
        self._lock = threading.Lock()
        self._waiting: dict[str, Report] = {}
        self._reasons: dict[str, str] = {}

    def publish(self, results: Collection[Result]) -> None:
        """Log and count *results*, and publish those that are news, with a few that the event bus refused before."""
        told = [result for result in results if self._late_too or not is_late(result)]
        if not told:
            return
        with self._lock:
            for result in told:
                record(result, self._account_id)
            flush_metrics()
        self._send([result.report for result in told if _is_news(result)], most_waiting=MOST_WAITING)

    def finish(self, invocation: Invocation) -> None:
        """Try again what the event bus refused, while there is time; then log and count the rest."""
        again = retries(invocation.clock, invocation.ends_at)
        while bool(self._waiting) and next(again, False):
            self._send([])
        for server_id in self._waiting:
            facts = {"source_server_id": server_id, **in_account(self._account_id)}
            logger.error("Result not published", **facts, reason=self._reasons[server_id])
            measure_unpublished(self._account_id)

    def _send(self, reports: Collection[Report], *, most_waiting: int | None = None) -> None:
        with self._lock:
            again = dict(itertools.islice(self._waiting.items(), most_waiting))
            sent = again | {report.source_server_id: report for report in reports}
            self._waiting = {id_: report for id_, report in self._waiting.items() if id_ not in sent}
        if self._event_bus is None or not sent:
            return
        refused = self._event_bus.publish(sent.values())
        with self._lock:
            self._reasons |= refused
            # A newer report of another thread stays.
            self._waiting = {server_id: sent[server_id] for server_id in refused} | self._waiting


def is_late(result: Result) -> bool:
    """Whether the result only ran out of time, which is not a failure."""
    return isinstance(result.cause, OutOfTimeError)


def _is_news(result: Result) -> bool:
    return result.report.changed or (result.report.outcome == Outcome.FAILED and not is_late(result))
