"""What needs attention, with links to the source servers, and what to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from finalize_cutover.cutover.audit.report import CALM
from finalize_cutover.cutover.readiness.finding import Verdict

from . import words
from .audits import AuditRow, LeftoverRow, monthly_usd
from .row import GOOD, INTENT_ONLY, NO_RESULT, Row
from .words import count

MOST_LINKS = 10
ERROR = "ERROR"
VERDICTS = (ERROR, Verdict.BLOCK.value, Verdict.WAIT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Something that needs attention: a sentence, and the rows that it is about, if they are known."""

    sentence: str
    rows: tuple[Row, ...] = ()

    @property
    def linked(self) -> tuple[Row, ...]:
        """The rows that the page names."""
        return self.rows[:MOST_LINKS]

    @property
    def unlinked(self) -> int:
        """The number of further rows."""
        return len(self.rows) - len(self.linked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(Point):
    """
    What to do about a problem of some source servers.

    Attributes:
        verdict: ``ERROR``, ``BLOCK`` or ``WAIT``.

        problem: The rule, or the code of the error.
    """

    verdict: str
    problem: str


def advice_on(rows: Sequence[Row]) -> tuple[Advice, ...]:
    """Return the advice on *rows*, each once, errors first."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        for key in dict.fromkeys(_hints(row)):
            found.setdefault(key, []).append(row)
    advice = [
        Advice(verdict=verdict, problem=problem, sentence=hint, rows=tuple(about))
        for (verdict, problem, hint), about in found.items()
    ]
    return tuple(sorted(advice, key=lambda one: VERDICTS.index(one.verdict)))


def _hints(row: Row) -> Iterator[tuple[str, str, str]]:
    if row.report and row.report.error:
        error = row.report.error
        yield ERROR, error.code, f"{error.hint} You can send the same request again." if error.retryable else error.hint
    for finding in row.open_findings:
        if finding.verdict != Verdict.WAIVED and finding.hint is not msgspec.UNSET:
            yield finding.verdict.value, finding.rule, finding.hint


def points_on(
    rows: Sequence[Row], audits: Sequence[AuditRow], leftovers: Sequence[LeftoverRow], *, nameless: int
) -> tuple[Point, ...]:
    """Return what needs attention; *nameless* is the number of lost batches whose source servers are unknown."""
    return (*_in_evidence(rows), *_in_results(rows, nameless), *_in_audits(audits, leftovers, rows))


def _in_evidence(rows: Sequence[Row]) -> Iterator[Point]:
    if odd := tuple(row for row in rows if row.problems):
        yield Point(
            sentence=f"{count(len(odd), 'source server')} with evidence that is incomplete or changed.", rows=odd
        )
    if unknown := tuple(row for row in rows if row.outcome == INTENT_ONLY):
        yield Point(sentence=f"{count(len(unknown), 'intent')} without a result: check MGN.", rows=unknown)


def _in_results(rows: Sequence[Row], nameless: int) -> Iterator[Point]:
    if unfinished := tuple(row for row in rows if row.outcome not in {*GOOD, NO_RESULT, INTENT_ONLY}):
        yield Point(sentence=f"{count(len(unfinished), 'source server')} not finalized.", rows=unfinished)
    if unknown := tuple(row for row in rows if row.outcome == NO_RESULT):
        said = f"{count(len(unknown), 'source server')} without a result: check in MGN whether they are finalized."
        yield Point(sentence=said, rows=unknown)
    if nameless:
        said = f"{count(nameless, 'batch')} without a result; the files do not name the source servers: check in MGN."
        yield Point(sentence=said)
    if waived := tuple(row for row in rows if row.waived):
        rules = sum(len(row.waived) for row in waived)
        said = f"{count(rules, 'rule')} waived by the request on {count(len(waived), 'source server')}."
        yield Point(sentence=said, rows=waived)
    if warned := tuple(row for row in rows if row.warnings):
        warnings = sum(len(row.warnings) for row in warned)
        said = f"{count(warnings, 'warning')} on {count(len(warned), 'source server')}."
        yield Point(sentence=said, rows=warned)


def _in_audits(audits: Sequence[AuditRow], leftovers: Sequence[LeftoverRow], rows: Sequence[Row]) -> Iterator[Point]:
    if leftovers:
        cost = words.usd(monthly_usd(leftovers))
        said = f"{count(len(leftovers), 'leftover')} that MGN should have deleted, for an estimated {cost} per month."
        yield Point(sentence=said)
    if found := {row.report.source_server_id for row in audits if row.report.outcome not in CALM}:
        said = f"{count(len(found), 'source server')} whose audit found a problem."
        yield Point(sentence=said, rows=tuple(row for row in rows if row.server_id in found))
