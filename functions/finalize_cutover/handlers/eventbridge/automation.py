"""What the event and the sweep have in common: only approved servers, no waiting, and the outcome is told."""

from collections.abc import Collection
from datetime import datetime

from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.results import publisher


def finalize_approved(server_ids: Collection[str], invocation: Invocation, *, act_until: datetime) -> dict[str, Result]:
    """
    Return ``{ID: result}`` of those *server_ids* that carry the approval tag and are ready, now finalized.

    Nobody waits: what is not ready today is the sweep's tomorrow, and so is what was not begun by *act_until*.
    """
    options = FinalizeOptions(
        policy=ReadinessPolicy(approval=invocation.settings.approval_tag),
        wait_until=invocation.clock.now(),
        act_until=act_until,
        deadline=invocation.ends_at,
    )
    publish = publisher(invocation.publisher(), late_too=False)
    return finalize(server_ids, options=options, services=invocation.services(None), publish=publish)
