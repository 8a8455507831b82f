"""The rule ``change-calendar``: the Systems Manager change calendars are open, when asked and when writing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Clock, Found
from finalize_cutover.cutover.readiness.finding import Finding, Verdict, blocks, passes, waits
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.source_server import SourceServer

from .rule import AcceptanceRule

# A batch of writes that begins so soon after the calendars were asked needs no further call.
JUST_ASKED = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarState:
    """
    The state of a change calendar.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCalendarState.html

    Attributes:
        state: ``OPEN`` or ``CLOSED``; None if Systems Manager does not return it.

        changes_at: When the state changes; None if Systems Manager returns no readable time.
    """

    state: str | None
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The states of all calendars by name, and when asking for them began; a calendar that is absent does not exist."""

    states: Mapping[str, CalendarState]
    at: datetime


class Calendars(Protocol):
    """The change calendars of the function's account and Region, and those that are shared with it."""

    def states(self, names: Collection[str]) -> Found[CalendarState]:
        """Return the states of those of *names* that exist."""


class ChangeCalendarRule(AcceptanceRule):
    """
    Require that every change calendar is open.

    Args:
        calendars: Systems Manager.

        names: Names or ARNs of the calendars.

        clock: The time source.
    """

    name = "change-calendar"
    hint = "Wait until the change calendar opens, or change it."
    reads_account = False

    def __init__(self, calendars: Calendars, *, names: Collection[str], clock: Clock) -> None:
        self._calendars = calendars
        self._names = tuple(names)
        self._clock = clock
        # The answer before the last batch of writes, which is newer than the evidence.
        self._latest: Asked | None = None

    def read(self, servers: Collection[SourceServer]) -> Found[Asked]:
        """Return the same states for each source server."""
        return Found(items=dict.fromkeys([server.id for server in servers], self._ask()))

    def judge(self, fact: Asked, _evidence: Evidence, _policy: ReadinessPolicy, now: datetime) -> Finding:
        return self._judge(fact, now)

    def _judge(self, fact: Asked, now: datetime) -> Finding:
        found = [_finding(name, fact.states.get(name), now) for name in self._names]
        return next((f for verdict in (Verdict.BLOCK, Verdict.WAIT) for f in found if f.verdict == verdict), found[0])

    def check_again(self, evidence: Collection[Evidence]) -> Finding | None:
        """Ask again before a batch of writes, unless the calendars were asked just now."""
        asked: Asked = min((each.acceptance[self.name] for each in evidence), key=lambda asked: asked.at)
        if self._clock.now() - asked.at >= JUST_ASKED:
            try:
                asked = self._latest = self._ask()
            except CutoverError as error:
                return waits(f"the change calendars could not be asked again ({error.code})")
        found = self._judge(asked, self._clock.now())
        return None if found.verdict == Verdict.PASS else found

    def good_until(self, evidence: Evidence) -> datetime | None:
        """Return when the first of the calendars closes."""
        answers: list[Asked] = [evidence.acceptance[self.name], *([self._latest] if self._latest else [])]
        states = [state for asked in answers for state in asked.states.values()]
        return min((state.changes_at for state in states if state.changes_at), default=None)

    def _ask(self) -> Asked:
        at = self._clock.now()
        return Asked(states=self._calendars.states(self._names).items, at=at)


def _finding(name: str, calendar: CalendarState | None, now: datetime) -> Finding:
    if calendar is None:
        return blocks(f"change calendar {name} does not exist", hint="Correct ChangeCalendars, or create the calendar.")
    if calendar.state == "CLOSED":
        opens = f" until {calendar.changes_at:%Y-%m-%dT%H:%M:%SZ}" if calendar.changes_at else ""
        return waits(f"change calendar {name} is CLOSED{opens}", passes_at=calendar.changes_at)
    if calendar.state != "OPEN":
        return blocks(f"the state of change calendar {name} is {calendar.state}")
    if calendar.changes_at and calendar.changes_at <= now:
        return waits(f"change calendar {name} was OPEN until {calendar.changes_at:%Y-%m-%dT%H:%M:%SZ}")
    return passes(f"change calendar {name} is OPEN")
