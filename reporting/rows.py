"""One row for each source server, with its decisive result if there are several."""

from dataclasses import dataclass
from itertools import chain

from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.report import FindingReport, Outcome

from .documents import ServerReport
from .results import LostBatch, NotReached, Results

# In addition to the function's own outcomes.
NO_RESULT = "NO_RESULT"
NOT_REACHED = "NOT_REACHED"

# The outcomes that need a person most come first.
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

        report: The function's report; None without one.

        lost: The batch without a result; None otherwise.
    """

    server_id: str
    outcome: str
    report: ServerReport | None = None
    lost: LostBatch | None = None

    @property
    def open_findings(self) -> tuple[FindingReport, ...]:
        """The rules that did not pass, including waived ones."""
        return tuple(f for f in self.report.readiness if f.verdict != Verdict.PASS) if self.report else ()

    @property
    def rules_passed(self) -> int:
        """The number of rules that passed; a report on several servers has only this number."""
        if self.report is None:
            return 0
        return self.report.rules_passed or sum(f.verdict == Verdict.PASS for f in self.report.readiness)

    @property
    def waived(self) -> tuple[FindingReport, ...]:
        """The rules that the request waived."""
        return tuple(f for f in self.open_findings if f.verdict == Verdict.WAIVED)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings about the state after finalization."""
        return self.report.warnings if self.report else ()

    @property
    def is_remarkable(self) -> bool:
        """Whether the row has findings or warnings in addition to its outcome."""
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
    Return whether the *later* row replaces the *known* one: always, unless the known one is finalized.

    Only the report of the request that finalized the server shows the waived rules.  A later report of a request that
    failed, or that found the server already finalized, does not replace it.
    """
    if known.report is None or known.outcome != Outcome.FINALIZED:
        return True
    if later.report is None or later.outcome != Outcome.FINALIZED:
        return False
    return later.report.changed or not known.report.changed
