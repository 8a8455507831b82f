"""What the event and the sweep have in common: only approved servers, no waiting, and the outcome is told."""

from collections.abc import Collection

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.finalize import Order, finalize
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.cutover.result import Result
from finalize_cutover.cutover.verdict import Terms
from finalize_cutover.doors.call import Call
from finalize_cutover.log import logger, record


def finalize_approved(server_ids: Collection[str], call: Call) -> list[Result]:
    """
    Finalize the cutover of those *server_ids* that carry the approval tag and are ready.

    Nobody waits: what is not ready today is the sweep's tomorrow.
    """
    order = Order(
        terms=Terms(approval=call.settings.approval_tag),
        wait_until=call.clock.now(),
        act_until=call.act_until,
    )
    results = list(finalize(server_ids, order=order, world=call.world(None)).values())
    for result in results:
        record(result)
    return results


def announce(results: Collection[Result], call: Call) -> None:
    """Tell the event bus what automation did and what failed; a bus that does not listen is no failure of ours."""
    reports = [result.report for result in results if result.report.changed or result.report.outcome == Outcome.FAILED]
    if call.announcements is None or not reports:
        return
    try:
        if refused := call.announcements.announce(reports):
            logger.error("Event bus refused outcomes", refused=refused)
    except CutoverError as error:
        logger.error("Outcomes not announced", reason=str(error), code=error.code)
