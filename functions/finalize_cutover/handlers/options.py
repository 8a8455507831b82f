"""From a request to the options of its run, within the time of the invocation."""

from collections.abc import Mapping
from datetime import timedelta

from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.finalize.stack_guard import StackGuard
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.cutover.readiness.policy import ApprovalTag, ReadinessPolicy
from finalize_cutover.cutover.records.records import RequestedBy

from .acceptance import Wanted, acceptance_rules
from .invocation import Invocation
from .records import recorder_for
from .request import Request, shown_names

# The default wait; 0 in a dry run.
WAIT_MINUTES = 10
# Time after the last wait to read and decide.
LOOK_MARGIN = timedelta(seconds=10)


def options_for(
    request: Request,
    invocation: Invocation,
    *,
    requested_by: RequestedBy,
    approval: ApprovalTag | None = None,
    approved_instances: Mapping[str, str] | None = None,
    guard: StackGuard | None = None,
    window: WriteWindow | None = None,
) -> FinalizeOptions:
    """
    Return the options of *request*, which *requested_by* sent, within the time of *invocation*.

    The other arguments are those of ``FinalizeOptions``.
    """
    minutes = request.wait_minutes
    if minutes is None:
        minutes = 0 if request.dry_run else WAIT_MINUTES
    act_until = invocation.act_until
    return FinalizeOptions(
        policy=ReadinessPolicy(
            soak_minutes=request.soak_minutes,
            waived=frozenset(request.waive),
            hold_tag_key=invocation.settings.hold_tag_key,
            approval=approval,
            approved_instances=approved_instances,
        ),
        acceptance=acceptance_rules(_wanted(request), invocation, request.account_id),
        all_or_nothing=request.all_or_nothing,
        dry_run=request.dry_run,
        archive=request.archive,
        archives_groups=request.archive_application_and_wave,
        wait_until=min(invocation.clock.now() + timedelta(minutes=minutes), act_until - LOOK_MARGIN),
        act_until=act_until,
        deadline=invocation.ends_at,
        guard=guard,
        window=window or WriteWindow(),
        recorder=None if request.dry_run else recorder_for(invocation, requested_by, request.account_id),
    )


def _wanted(request: Request) -> Wanted:
    return Wanted(
        require=request.require,
        alarms=request.alarms or (),
        change_calendars=request.change_calendars or (),
        sets_termination_protection=request.set_termination_protection,
        waives_termination_protection="termination-protection" in request.waive,
        shown_names=shown_names(request),
    )
