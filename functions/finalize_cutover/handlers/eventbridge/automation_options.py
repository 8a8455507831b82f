"""The options of automation, from the parameters of the deployment."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.records.records import RequestedBy
from finalize_cutover.handlers import fields
from finalize_cutover.handlers.acceptance import Wanted, acceptance_rules
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.records import recorder_for
from finalize_cutover.handlers.request import converted, shown
from finalize_cutover.settings import Settings

Binding = Annotated[Literal["SOURCE_SERVER", "INSTANCE"], Meta(description="SOURCE_SERVER or INSTANCE")]
# CloudWatch knows no wildcard here; whoever writes one expects more than the alarms of a source server.
AlarmPrefix = Annotated[
    Annotated[str, Meta(pattern=r"^[^*\x00-\x1f\x7f]+$(?!\n)", max_length=234)] | None,
    Meta(description="1 to 234 characters, without *, with which the names of alarms begin"),
]
# Without an approval there is no automation.
NEVER_WAIVED = frozenset({"approval"})


class AutomationParameters(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The template's parameters for automation; their values are text, and an empty one is left out."""

    automation_soak_minutes: fields.SoakMinutes = 0
    automation_require: fields.Require = ()
    automation_waive: fields.Waive = ()
    automation_alarm_prefix: AlarmPrefix = None
    change_calendars: fields.ChangeCalendars = None
    approval_binding: Binding = "SOURCE_SERVER"
    finalize_applications_together: fields.Flag = False
    archive_after_finalize: fields.Flag = False
    archive_application_and_wave: fields.Flag = False


def automation_options(
    invocation: Invocation,
    *,
    act_until: datetime,
    requested_by: RequestedBy,
    is_dry_run: bool = False,
    account_id: str | None = None,
) -> FinalizeOptions:
    """
    Return the options of automation; they allow no waiting, because the next sweep handles what is not ready.

    Args:
        invocation: The invocation.

        act_until: Latest time to start a write, or to read more servers.

        requested_by: Who asked, for the evidence bucket.

        is_dry_run: Whether nothing is written.

        account_id: The account of the source servers; None means the function's own.

    Raises:
        InvalidRequestError: A parameter of the deployment is invalid; nothing was called.
    """
    settings = invocation.settings
    parameters = _parameters(settings)
    is_bound = parameters.approval_binding == "INSTANCE"
    return FinalizeOptions(
        policy=ReadinessPolicy(
            soak_minutes=parameters.automation_soak_minutes,
            waived=frozenset(parameters.automation_waive),
            hold_tag_key=settings.hold_tag_key,
            approval=replace(settings.approval_tag, value=None) if is_bound else settings.approval_tag,
        ),
        acceptance=acceptance_rules(_wanted(parameters), invocation, account_id),
        applications_together=parameters.finalize_applications_together,
        archive=parameters.archive_after_finalize,
        archives_only_changed=True,
        archives_groups=parameters.archive_application_and_wave,
        dry_run=is_dry_run,
        wait_until=invocation.clock.now(),
        act_until=act_until,
        deadline=invocation.ends_at,
        recorder=None if is_dry_run else recorder_for(invocation, requested_by, account_id),
        uses_kept_logs=True,
    )


def _parameters(settings: Settings) -> AutomationParameters:
    given = {
        "AutomationSoakMinutes": settings.automation_soak_minutes,
        "AutomationRequire": settings.automation_require,
        "AutomationWaive": settings.automation_waive,
        "AutomationAlarmPrefix": settings.automation_alarm_prefix,
        "ChangeCalendars": settings.change_calendars,
        "ApprovalBinding": settings.approval_binding,
        "FinalizeApplicationsTogether": settings.applications_together,
        "ArchiveAfterFinalize": settings.archive_after_finalize,
        "ArchiveApplicationAndWave": settings.archive_application_and_wave,
    }
    document = {name: value for name, value in given.items() if value}
    parameters = converted(document, AutomationParameters, strict=False, member="parameter")
    if forbidden := [name for name in parameters.automation_waive if name in NEVER_WAIVED]:
        raise InvalidRequestError(
            f"AutomationWaive contains {shown(forbidden[0])}; allowed: rule names that a request can waive, "
            "but not approval."
        )
    if parameters.archive_application_and_wave and not parameters.archive_after_finalize:
        raise InvalidRequestError(
            "ArchiveApplicationAndWave is true and ArchiveAfterFinalize is false; "
            "allowed: true only with ArchiveAfterFinalize true."
        )
    return parameters


def _wanted(parameters: AutomationParameters) -> Wanted:
    return Wanted(
        require=parameters.automation_require,
        alarm_prefix=parameters.automation_alarm_prefix,
        change_calendars=parameters.change_calendars or (),
        shown_names={"require": "AutomationRequire", "change_calendars": "ChangeCalendars"},
    )
