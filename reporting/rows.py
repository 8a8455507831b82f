"""One row for each source server: the last word on it, however often it was asked about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from finalize_cutover.cutover.report import FindingReport, Outcome
from finalize_cutover.cutover.verdict import Verdict

from .documents import ServerReport
from .results import LostBatch, Results

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
    last_words = _last_words(results.reports)
    rows = {id_: Row(server_id=id_, outcome=report.outcome.value, report=report) for id_, report in last_words.items()}
    for server_id in results.remaining:
        rows.setdefault(server_id, Row(server_id=server_id, outcome=NOT_REACHED))
    for batch in results.lost:
        for server_id in batch.server_ids:
            rows.setdefault(server_id, Row(server_id=server_id, outcome=NO_RESULT, lost=batch))
    return tuple(
        sorted(rows.values(), key=lambda row: (ORDER.index(row.outcome), not row.is_remarkable, row.server_id))
    )


def _last_words(reports: Iterable[ServerReport]) -> Mapping[str, ServerReport]:
    """
    Return ``{ID: the report that counts}``.

    What is finalized stays so: a later report that could not look, or that only found it finalized, says less than the
    one of the call that did it, which also shows what was waived.
    """
    last_words: dict[str, ServerReport] = {}
    for report in reports:
        known = last_words.get(report.source_server_id)
        if known and known.outcome == Outcome.FINALIZED and not _did_it(report) and not _tells_more(report, known):
            continue
        last_words[report.source_server_id] = report
    return last_words


def _did_it(report: ServerReport) -> bool:
    return report.outcome == Outcome.FINALIZED and report.changed


def _tells_more(report: ServerReport, known: ServerReport) -> bool:
    return report.outcome == Outcome.FINALIZED and not known.changed
