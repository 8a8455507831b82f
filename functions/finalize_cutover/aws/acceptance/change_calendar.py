"""Systems Manager's change calendars through boto3: the port ``Calendars`` of the core."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import readable, text, time
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.acceptance.change_calendar import CalendarState
from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.time_budget import READING

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCalendarState.html
OPERATION = "ssm:GetCalendarState"
# The codes of a calendar that does not exist, or is another kind of document.
NO_CALENDAR = frozenset({"InvalidDocument", "InvalidDocumentType"})


class AwsCalendars:
    """
    The change calendars of the function's account and Region, and those that are shared with it.

    Args:
        client: Returns the boto3 client.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], SSMClient]", *, limit: TimeLimit) -> None:
        self._client = client
        self._limit = limit

    def states(self, names: Collection[str]) -> Found[CalendarState]:
        """Return the states of those of *names* that exist."""
        # One call tells only whether all of them are open.
        if len(names) > 1 and (state := self._state(list(names))) and state.state == "OPEN":
            return Found(items=dict.fromkeys(names, state))
        return self._one_by_one(names)

    def _one_by_one(self, names: Collection[str]) -> Found[CalendarState]:
        asked = {name: self._state([name]) for name in names}
        return Found(items={name: state for name, state in asked.items() if state})

    def _state(self, names: list[str]) -> CalendarState | None:
        """Return the common state of the calendars *names*; None if one of them does not exist."""
        try:
            with translated(OPERATION):
                answer = self._limit.run(lambda: self._client().get_calendar_state(CalendarNames=names), within=READING)
                state = readable(text(answer, "State"))
                return CalendarState(state=state, changes_at=time(answer, "NextTransitionTime"))
        except CutoverError as error:
            if error.code not in NO_CALENDAR:
                raise
            return None
