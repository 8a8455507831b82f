"""Source servers grouped by MGN's application."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from . import words
from .row import ORDER, Row

# A page with more source servers folds the groups that need nobody.
MOST_OPEN_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    The source servers of an application.

    Attributes:
        application_id: None for those without an application, or of which it is unknown.

        rows: Those that need a person most come first.

        is_open: Whether the group is shown unfolded.
    """

    application_id: str | None
    rows: tuple[Row, ...]
    is_open: bool

    @property
    def size(self) -> str:
        """The number of source servers, as text."""
        return words.count(len(self.rows), "source server")

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """(outcome, number of source servers), the most severe first."""
        counts = Counter(row.outcome for row in self.rows)
        return tuple((outcome, counts[outcome]) for outcome in ORDER if counts[outcome])


def groups_of(rows: Sequence[Row]) -> tuple[Group, ...]:
    """Return the groups of *rows*, which are sorted; those with the row that needs a person most come first."""
    members: dict[str | None, list[Row]] = {}
    for row in rows:
        members.setdefault(row.name.application_id, []).append(row)
    groups = [
        Group(
            application_id=application_id,
            rows=tuple(own),
            is_open=len(rows) <= MOST_OPEN_ROWS or any(row.needs_attention for row in own),
        )
        for application_id, own in members.items()
    ]
    return tuple(sorted(groups, key=_severity))


def _severity(group: Group) -> tuple[int, bool, bool, str]:
    first = group.rows[0]
    return (
        ORDER.index(first.outcome),
        not first.is_remarkable,
        group.application_id is None,
        group.application_id or "",
    )
