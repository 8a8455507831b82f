"""What the event and the sweep have in common: only approved servers, no waiting, and the outcome is told."""

from collections.abc import Collection
from datetime import datetime

from finalize_cutover.cutover.finalize import finalize
from finalize_cutover.cutover.options import FinalizeOptions
from finalize_cutover.cutover.result import Result
from finalize_cutover.cutover.verdict import Terms
from finalize_cutover.doors.call import Call
from finalize_cutover.doors.results import publisher


def finalize_approved(server_ids: Collection[str], call: Call, *, act_until: datetime) -> dict[str, Result]:
    """
    Return ``{ID: result}`` of those *server_ids* that carry the approval tag and are ready, now finalized.

    Nobody waits: what is not ready today is the sweep's tomorrow, and so is what was not begun by *act_until*.
    """
    options = FinalizeOptions(
        terms=Terms(approval=call.settings.approval_tag),
        wait_until=call.clock.now(),
        act_until=act_until,
        deadline=call.ends_at,
    )
    publish = publisher(call.announcements(), late_too=False)
    return finalize(server_ids, options=options, world=call.world(None), publish=publish)
