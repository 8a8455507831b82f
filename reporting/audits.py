"""What audits found, and what the leftovers cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, AuditVerdict, Check, Leftover


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """What the last audit of a source server found."""

    report: AuditReport

    @property
    def open_checks(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.report.checks if check.verdict != AuditVerdict.PASS)


def audit_rows(audits: Iterable[AuditReport]) -> tuple[AuditRow, ...]:
    """Return a row for each server audited, the most severe first; the last audit counts."""
    last = {report.source_server_id: report for report in audits}
    severity = list(AuditOutcome)
    ordered = sorted(last.values(), key=lambda report: (-severity.index(report.outcome), report.source_server_id))
    return tuple(AuditRow(report=report) for report in ordered)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftoverRow:
    """A resource that should be gone, and the source server it replicated."""

    server_id: str
    leftover: Leftover


def leftover_rows(rows: Sequence[AuditRow]) -> tuple[LeftoverRow, ...]:
    """
    Return every leftover once, the dearest first.

    A replication server may have replicated several source servers, and be a leftover of each.
    """
    found = {
        leftover.id: LeftoverRow(server_id=row.report.source_server_id, leftover=leftover)
        for row in rows
        for leftover in row.report.leftovers
    }
    return tuple(sorted(found.values(), key=lambda row: (-monthly_usd([row]), row.leftover.id)))


def monthly_usd(rows: Iterable[LeftoverRow]) -> float:
    """Return what *rows* cost a month, as far as there are list prices."""
    return sum(row.leftover.cost.monthly_usd for row in rows if row.leftover.cost)
