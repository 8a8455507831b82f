"""One row for each source server: the last word on it, however often it was asked about."""

from dataclasses import dataclass
from itertools import chain

from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.report import FindingReport, Outcome

from .documents import ServerReport
from .results import LostBatch, NotReached, Results

# Beside the function's own outcomes.
NO_RESULT = "NO_RESULT"
NOT_REACHED = "NOT_REACHED"

# What needs a person most comes first.
ORDER = (
    Outcome.FAILED.value,
    NO_RESULT,
    Outcome.NOT_FOUND.value,
    Outcome.BLOCKED.value,
    Outcome.NOT_READY.value,
    NOT_REACHED,
    Outcome.SKIPPED.value,
    Outcome.WOULD_FINALIZE.value,
    Outcome.FINALIZED.value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    A source server on the page.

    Attributes:
        outcome: One of ``ORDER``.

        report: What the function said of it; None where it said nothing.

        lost: The batch that brought no result; None where there is none.
    """

    server_id: str
    outcome: str
    report: ServerReport | None = None
    lost: LostBatch | None = None

    @property
    def open_findings(self) -> tuple[FindingReport, ...]:
        """The rules that did not pass, waived ones included."""
        return tuple(f for f in self.report.readiness if f.verdict != Verdict.PASS) if self.report else ()

    @property
    def waived(self) -> tuple[FindingReport, ...]:
        """The rules that the request waived."""
        return tuple(f for f in self.open_findings if f.verdict == Verdict.WAIVED)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was not as it should be after finalizing."""
        return self.report.warnings if self.report else ()

    @property
    def is_remarkable(self) -> bool:
        """Whether there is more to say of it than its outcome."""
        return bool(self.open_findings or self.warnings)


def rows_of(results: Results) -> tuple[Row, ...]:
    """Return a row for each server that *results* name, those that need a person most first."""
    rows: dict[str, Row] = {}
    for row in chain.from_iterable(map(_told_by, results.said)):
        known = rows.get(row.server_id)
        if known is None or _counts_more(row, known):
            rows[row.server_id] = row
    return tuple(
        sorted(rows.values(), key=lambda row: (ORDER.index(row.outcome), not row.is_remarkable, row.server_id))
    )


def _told_by(said: ServerReport | NotReached | LostBatch) -> list[Row]:
    match said:
        case ServerReport():
            return [Row(server_id=said.source_server_id, outcome=said.outcome.value, report=said)]
        case NotReached():
            return [Row(server_id=said.server_id, outcome=NOT_REACHED)]
        case LostBatch():
            return [Row(server_id=server_id, outcome=NO_RESULT, lost=said) for server_id in said.server_ids]


def _counts_more(later: Row, known: Row) -> bool:
    """
    Whether the *later* word replaces what is *known*: it does, but for what is finalized, which stays so.

    One that could not look, or that only found it finalized, says less than that of the call that did it, which also
    shows what was waived.
    """
    if known.report is None or known.outcome != Outcome.FINALIZED:
        return True
    if later.report is None or later.outcome != Outcome.FINALIZED:
        return False
    return later.report.changed or not known.report.changed
