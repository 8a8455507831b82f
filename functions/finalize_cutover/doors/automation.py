"""What the event and the sweep have in common: only approved servers, no waiting, and the outcome is told."""

from collections.abc import Collection
from datetime import datetime

from finalize_cutover.cutover.errors import CutoverError, OutOfTimeError
from finalize_cutover.cutover.finalize import Order, finalize
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.cutover.result import Result
from finalize_cutover.cutover.verdict import Terms
from finalize_cutover.doors.call import Call
from finalize_cutover.log import logger, record


def finalize_approved(server_ids: Collection[str], call: Call, *, act_until: datetime) -> list[Result]:
    """
    Finalize the cutover of those *server_ids* that carry the approval tag and are ready.

    Nobody waits: what is not ready today is the sweep's tomorrow, and so is what was not begun by *act_until*.
    """
    order = Order(
        terms=Terms(approval=call.settings.approval_tag),
        wait_until=call.clock.now(),
        act_until=act_until,
    )
    results = list(finalize(server_ids, order=order, world=call.world(None)).values())
    for result in results:
        if not is_late(result):
            record(result)
    return results


def is_late(result: Result) -> bool:
    """Whether nothing but time was lacking: no failure, and nothing to tell."""
    return isinstance(result.cause, OutOfTimeError)


def announce(results: Collection[Result], call: Call) -> None:
    """Tell the event bus what automation did and what failed; a bus that does not listen is no failure of ours."""
    reports = [result.report for result in results if _is_news(result)]
    if call.announcements is None or not reports:
        return
    try:
        if refused := call.announcements.announce(reports):
            logger.error("Event bus refused outcomes", refused=refused)
    except CutoverError as error:
        logger.error("Outcomes not announced", reason=str(error), code=error.code)


def _is_news(result: Result) -> bool:
    return result.report.changed or (result.report.outcome == Outcome.FAILED and not is_late(result))
