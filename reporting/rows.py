"""One row for each source server, with its decisive result if there are several."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from finalize_cutover.cutover.records.records import Intent
from finalize_cutover.cutover.report import Outcome

from .documents import ServerReport
from .evidence import RecordedResult
from .names import names_of
from .results import LostBatch, NotReached, Results
from .row import INTENT_ONLY, NO_RESULT, NOT_REACHED, ORDER, Row

Told = ServerReport | NotReached | LostBatch | RecordedResult | Intent


def rows_of(results: Results) -> tuple[Row, ...]:
    """Return a row for each server that *results* name, those that need a person most first."""
    told = [row for said in (*results.said, *results.evidence.told()) for row in _told_by(said)]
    rows, names = _decisive(told), names_of(results)
    problems = _problems(told, rows)
    audits = {report.source_server_id: report for report in results.all_audits}
    named = (
        replace(
            row,
            name=names.get(row.server_id, row.name),
            audit=audits.get(row.server_id),
            problems=problems[row.server_id],
        )
        for row in rows.values()
    )
    return tuple(sorted(named, key=severity))


def severity(row: Row) -> tuple[int, bool, str]:
    """Return a key that sorts rows: those that need a person most come first."""
    return ORDER.index(row.outcome), not row.is_remarkable, row.server_id


def _decisive(told: Sequence[Row]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for row in told:
        known = rows.get(row.server_id)
        if known is None or _counts_more(row, known):
            rows[row.server_id] = row
    return rows


def _told_by(said: Told) -> list[Row]:
    match said:
        case ServerReport():
            return [Row(server_id=said.source_server_id, outcome=said.outcome.value, report=said)]
        case NotReached():
            return [Row(server_id=said.server_id, outcome=NOT_REACHED)]
        case LostBatch():
            return [Row(server_id=server_id, outcome=NO_RESULT, lost=said) for server_id in said.server_ids]
        case RecordedResult():
            return [_row_of_result(said)]
        case Intent():
            server_id = said.subject.source_server_id
            return [Row(server_id=server_id, outcome=INTENT_ONLY, intent=said, requested_by=said.requested_by)]


def _row_of_result(told: RecordedResult) -> Row:
    report = told.record.report
    return Row(
        server_id=report.source_server_id,
        outcome=report.outcome.value,
        report=report,
        intent=told.intent,
        requested_by=told.record.requested_by,
        problems=(told.problem,) if told.problem else (),
    )


def _problems(told: Sequence[Row], decisive: Mapping[str, Row]) -> dict[str, tuple[str, ...]]:
    """Return {server ID: its problems}, also those of results that are not decisive, as ends of sentences."""
    problems: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in told:
        problems[row.server_id] += row.problems
    last = {row.server_id: row for row in told if row.requested_by}
    for server_id, row in last.items():
        # Nothing was stored after this intent, although a result that is more decisive was stored before it.
        if row.outcome == INTENT_ONLY and decisive[server_id].outcome != INTENT_ONLY:
            problems[server_id] += ("its last intent has no result: check MGN",)
    return problems


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
