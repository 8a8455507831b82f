"""The common part of event rule and sweep: only approved servers, no waiting, and published outcomes."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.handlers import fields
from finalize_cutover.handlers.acceptance import REQUIRABLE, Wanted, acceptance_rules
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.request import shown
from finalize_cutover.handlers.results import Publisher
from finalize_cutover.settings import Settings


def finalize_approved(
    server_ids: Collection[str], invocation: Invocation, *, act_until: datetime, is_dry_run: bool = False
) -> dict[str, Result]:
    """
    Finalize those *server_ids* that carry the approval tag and are ready; return ``{ID: result}`` for all.

    It does not wait: a later sweep handles servers that are not ready, or were not started by *act_until*.
    """
    settings = invocation.settings
    options = FinalizeOptions(
        policy=ReadinessPolicy(approval=settings.approval_tag),
        acceptance=acceptance_rules(_wanted(settings), invocation, None),
        dry_run=is_dry_run,
        wait_until=invocation.clock.now(),
        act_until=act_until,
        deadline=invocation.ends_at,
    )
    publisher = Publisher(None if is_dry_run else invocation.publisher(), late_too=False)
    found = finalize(server_ids, options=options, services=invocation.services(None), publish=publisher.publish)
    publisher.finish(invocation)
    return found


def _wanted(settings: Settings) -> Wanted:
    """
    Return the optional rules of automation.

    Raises:
        InvalidRequestError: The deployment requires an unknown one.
    """
    for name in settings.automation_require:
        if name not in REQUIRABLE:
            raise InvalidRequestError(
                f"AutomationRequire contains {shown(name)}; allowed: {', '.join(REQUIRABLE[:-1])} and {REQUIRABLE[-1]}."
            )
    try:
        msgspec.convert(settings.change_calendars or None, fields.ChangeCalendars)
    except msgspec.ValidationError:
        calendars = ",".join(settings.change_calendars)
        raise InvalidRequestError(
            f"ChangeCalendars is {shown(calendars)}; allowed: 1 to 10 names or ARNs of change calendars."
        ) from None
    return Wanted(
        require=settings.automation_require,
        alarm_prefix=settings.automation_alarm_prefix,
        change_calendars=settings.change_calendars,
        shown_names={"require": "AutomationRequire", "change_calendars": "ChangeCalendars"},
    )
