"""Change calendars of Systems Manager; moto has none."""

from moto.ssm.responses import SimpleSystemManagerResponse

from local.ssm.responses import get_calendar_state


def install() -> None:
    """Add the calendars to moto's Systems Manager.  Calling it again has no effect."""
    SimpleSystemManagerResponse.get_calendar_state = get_calendar_state  # type: ignore[attr-defined] # moto lacks it
