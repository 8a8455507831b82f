"""
GetCalendarState.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCalendarState.html
"""

from datetime import datetime

from moto.core.responses import ActionResult
from moto.ssm.exceptions import SSMException, ValidationException
from moto.ssm.models import ssm_backends
from moto.ssm.responses import SimpleSystemManagerResponse

from local.clock import CLOCK
from local.ssm import calendars
from local.ssm.calendars import Calendar


def get_calendar_state(self: SimpleSystemManagerResponse) -> ActionResult:
    """
    Return the state of the calendars, now or at ``AtTime``.

    Raises:
        SSMException: A calendar does not exist (``InvalidDocument``), or is another kind of document.

        ValidationException: No calendar is named, or ``AtTime`` is not a time.
    """
    names, at_time = self._get_param("CalendarNames"), self._get_param("AtTime")
    if not names:
        raise ValidationException("CalendarNames must name at least one calendar.")
    found = [_find(self.current_account, self.region, name) for name in names]
    moment = _moment(at_time) if at_time else CLOCK.now()
    transition = calendars.next_transition(found, moment)
    return ActionResult(
        {
            "State": calendars.state_of_all(found, moment),
            "AtTime": at_time or _shown(moment),
            "NextTransitionTime": _shown(transition) if transition else None,
        }
    )


def _find(account: str, region: str, name_or_arn: str) -> Calendar:
    """Return the calendar; an ARN may be that of a calendar shared by another account."""
    name, arn_region = name_or_arn, region
    if name_or_arn.startswith("arn:"):
        _, _, _, arn_region, account, resource = f"{name_or_arn}:::::".split(":")[:6]
        name = resource.removeprefix("document/")
    calendar = calendars.find(account, region).get(name) if arn_region == region else None
    if calendar:
        return calendar
    if arn_region == region and name in ssm_backends[account][region]._documents:  # noqa: SLF001 # moto has no search without an error
        raise SSMException("InvalidDocumentType", f"Document {name_or_arn} is not a change calendar.")
    raise SSMException("InvalidDocument", f"Document with name {name_or_arn} does not exist.")


def _moment(text: str) -> datetime:
    try:
        return CLOCK.inside(text)
    except ValueError as error:
        raise ValidationException(f"AtTime is {text!r}; it must be an ISO 8601 time.") from error


def _shown(moment: datetime) -> str:
    return CLOCK.outside(moment).isoformat(timespec="seconds").replace("+00:00", "Z")
