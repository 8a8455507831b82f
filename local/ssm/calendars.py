"""
Change calendars: open or closed, with at most one transition.

In AWS a calendar is a document with events in iCalendar format; here ``set_calendar`` says what follows from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moto.ssm.models import ssm_backends

from local.clock import CLOCK

OTHER = {"OPEN": "CLOSED", "CLOSED": "OPEN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """
    A change calendar.

    Attributes:
        state: ``OPEN`` or ``CLOSED``, before the transition.

        transition: When it goes into the other state, in internal time; None for never.
    """

    state: str
    transition: datetime | None

    def state_at(self, moment: datetime) -> str:
        """Return the state at *moment*, which is in internal time."""
        return OTHER[self.state] if self.transition and moment >= self.transition else self.state


def find(account: str, region: str) -> dict[str, Calendar]:
    """Return the calendars of an account and Region by their names."""
    backend: Any = ssm_backends[account][region]
    # moto deletes every attribute of a backend on reset.
    calendars: dict[str, Calendar] = backend.__dict__.setdefault("local_calendars", {})
    return calendars


def set_calendar(account: str, region: str, options: Mapping[str, Any]) -> None:
    """
    Create or replace a calendar.

    Args:
        options: ``name``; ``state``, OPEN by default; ``transitionInSeconds``, when it goes into the other state.

    Raises:
        ValueError: An option is unknown, or the state is.
    """
    if unknown := options.keys() - {"name", "state", "transitionInSeconds"}:
        raise ValueError(f"Unknown members of a calendar: {', '.join(sorted(unknown))}.")
    state, seconds = options.get("state", "OPEN"), options.get("transitionInSeconds")
    if state not in OTHER:
        raise ValueError(f"The state is {state!r}; allowed: {', '.join(OTHER)}.")
    transition = None if seconds is None else CLOCK.now() + timedelta(seconds=seconds)
    find(account, region)[options["name"]] = Calendar(state=state, transition=transition)


def delete(account: str, region: str, name: str) -> None:
    """
    Delete the calendar.

    Raises:
        ValueError: There is none of that name.
    """
    if find(account, region).pop(name, None) is None:
        raise ValueError(f"There is no calendar {name}.")


def state_of_all(calendars: Sequence[Calendar], moment: datetime) -> str:
    """Return ``OPEN`` if all *calendars* are open at *moment*, or else ``CLOSED``."""
    return "OPEN" if all(calendar.state_at(moment) == "OPEN" for calendar in calendars) else "CLOSED"


def next_transition(calendars: Sequence[Calendar], moment: datetime) -> datetime | None:
    """Return when the state of all *calendars* together changes first after *moment*; None for never."""
    state = state_of_all(calendars, moment)
    times = sorted(calendar.transition for calendar in calendars if calendar.transition)
    return next((time for time in times if time > moment and state_of_all(calendars, time) != state), None)
