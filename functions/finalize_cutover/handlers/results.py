"""What becomes of a result as soon as it is known: it is logged, counted, and published where somebody listens."""

import threading
from collections.abc import Callable, Collection

from finalize_cutover.cutover.errors import CutoverError, OutOfTimeError
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.ports import ResultPublisher
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.observability.log import logger, record
from finalize_cutover.observability.metrics import flush_metrics

Publish = Callable[[Collection[Result]], None]


def publisher(announcements: ResultPublisher | None = None, *, late_too: bool = True) -> Publish:
    """
    Return what logs, counts and announces results, from several threads.

    An invocation may be cut off at any moment: what it has done by then is in the log, the metrics and the events.

    Args:
        announcements: Who hears what was done and what failed; None where nobody listens.

        late_too: Whether results that only lacked time are logged and counted, too.
    """
    lock = threading.Lock()

    def publish(results: Collection[Result]) -> None:
        told = [result for result in results if late_too or not is_late(result)]
        if not told:
            return
        with lock:
            for result in told:
                record(result)
            flush_metrics()
        _announce(told, announcements)

    return publish


def is_late(result: Result) -> bool:
    """Whether nothing but time was lacking: no failure, and nothing to tell."""
    return isinstance(result.cause, OutOfTimeError)


def _announce(results: Collection[Result], announcements: ResultPublisher | None) -> None:
    """Tell the event bus what automation did and what failed; a bus that does not listen is no failure of ours."""
    reports = [result.report for result in results if _is_news(result)]
    if announcements is None or not reports:
        return
    try:
        if refused := announcements.publish(reports):
            logger.error("Event bus refused outcomes", refused=refused)
    except CutoverError as error:
        logger.error("Outcomes not announced", reason=str(error), code=error.code)


def _is_news(result: Result) -> bool:
    return result.report.changed or (result.report.outcome == Outcome.FAILED and not is_late(result))
