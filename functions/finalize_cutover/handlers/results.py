"""Log, count and publish each result as soon as it is known."""

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
    Return a function that logs, counts and publishes results; several threads may call it.

    Lambda can stop an invocation at any time; its results until then are in the log, the metrics and the events.

    Args:
        announcements: Publishes changed and failed results; None publishes nothing.

        late_too: Whether results that ran out of time are also logged and counted.
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
    """Whether the result only ran out of time, which is not a failure."""
    return isinstance(result.cause, OutOfTimeError)


def _announce(results: Collection[Result], announcements: ResultPublisher | None) -> None:
    """Publish changed and failed results to the event bus; an error of the bus does not fail the invocation."""
    reports = [result.report for result in results if _is_news(result)]
    if announcements is None or not reports:
        return
    try:
        if refused := announcements.publish(reports):
            logger.error("Event bus refused outcomes", refused=refused)
    except CutoverError as error:
        logger.error("Outcomes not published", reason=str(error), code=error.code)


def _is_news(result: Result) -> bool:
    return result.report.changed or (result.report.outcome == Outcome.FAILED and not is_late(result))
