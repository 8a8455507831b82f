"""The findings of audits, and the cost of the leftovers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, AuditVerdict, Check, Leftover

from .names import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """The findings of the last audit of a source server, and its host name; None if unknown."""

    report: AuditReport
    hostname: str | None = None

    @property
    def is_calm(self) -> bool:
        """Whether every check that was made passed."""
        return self.report.outcome == AuditOutcome.CLEAN and not self.open_checks and not self.report.leftovers

    @property
    def open_checks(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.report.checks if check.verdict != AuditVerdict.PASS)

    @property
    def checks_passed(self) -> int:
        """The number of checks that passed; a report on several servers has only this number."""
        passed = sum(check.verdict == AuditVerdict.PASS for check in self.report.checks)
        return self.report.checks_passed or passed


def audit_rows(audits: Iterable[AuditReport], names: Mapping[str, Name]) -> tuple[AuditRow, ...]:
    """Return a row with the last audit of each source server, the most severe outcome first."""
    last = {report.source_server_id: report for report in audits}
    severity = list(AuditOutcome)
    ordered = sorted(last.values(), key=lambda report: (-severity.index(report.outcome), report.source_server_id))
    return tuple(AuditRow(report=report, hostname=names[report.source_server_id].hostname) for report in ordered)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftoverRow:
    """A leftover, and the source server that it replicated, with its host name; None if unknown."""

    server_id: str
    hostname: str | None
    leftover: Leftover


def leftover_rows(rows: Sequence[AuditRow]) -> tuple[LeftoverRow, ...]:
    """
    Return every leftover once, the most expensive first.

    A replication server can replicate several source servers, and then appears in the audit of each.
    """
    found = {
        leftover.id: LeftoverRow(server_id=row.report.source_server_id, hostname=row.hostname, leftover=leftover)
        for row in rows
        for leftover in row.report.leftovers
    }
    return tuple(sorted(found.values(), key=lambda row: (-monthly_usd([row]), row.leftover.id)))


def monthly_usd(rows: Iterable[LeftoverRow]) -> float:
    """Return the monthly cost of *rows* in USD, without leftovers that have no list price."""
    return sum(row.leftover.cost.monthly_usd for row in rows if row.leftover.cost)
