"""The report on a sweep: over the function's own account, or over several accounts with a part for each."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec

from finalize_cutover.cutover.audit.report import CALM, AuditOutcome, AuditReport, FleetAuditReport, fleet_audit_report
from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.fleet_report import FleetOutcome, FleetReport, summary
from finalize_cutover.cutover.report import ArchivedGroups, ErrorReport, Outcome, Report, camel_case, error_report
from finalize_cutover.handlers.groups import in_report, merged

SEVERITY = list(AuditOutcome)


# At most so many source servers are listed, and so many bytes of reports: with the audit, a response is below 1 MB.
MOST_LISTED, MOST_BYTES = 500, 400_000
# Not listed are servers that are not approved or were finalized before, and audits without a problem.
LISTED = (
    *(Outcome.FAILED, Outcome.NOT_FOUND, Outcome.BLOCKED, Outcome.FINALIZED, Outcome.WOULD_FINALIZE),
    Outcome.NOT_READY,
)

T = TypeVar("T", Report, AuditReport)
NotListed = Annotated[
    int, msgspec.Meta(description="Number of source servers that need attention, but would make the list too long.")
]


class SweepAuditReport(FleetAuditReport, frozen=True, kw_only=True, rename=camel_case):
    """The report on a sweep's audit; ``servers`` lists those that need attention, ``counts`` counts all."""

    not_listed: NotListed


class AccountReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    One account of a sweep.

    ``remaining`` is the number of source servers that were not reached in time.  ``audit`` has the counts of its audit,
    and is null if that could not run.
    """

    account_id: Annotated[str | None, msgspec.Meta(description="Null if the function does not know its own account.")]
    outcome: FleetOutcome
    total: int
    counts: Mapping[Outcome, int]
    changed: int
    remaining: int
    audit: Mapping[AuditOutcome, int] | None
    error: Annotated[
        ErrorReport | None,
        msgspec.Meta(description="Why the account could not be swept; null if it was."),
    ]


class SweepReport(FleetReport, frozen=True, kw_only=True, rename=camel_case):
    """
    The report on a sweep; ``audit`` is null if the audit could not run.

    ``servers`` lists those that were finalized now or need attention, ``counts`` counts all; the log has each.
    """

    not_listed: NotListed
    audit: SweepAuditReport | None
    accounts: Annotated[
        tuple[AccountReport, ...] | msgspec.UnsetType,
        msgspec.Meta(description="The accounts of the sweep; omitted if automation covers only the function's own."),
    ] = msgspec.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """
    What a sweep did in one account.

    Attributes:
        audits: The reports of the audit; None if it could not run.

        archived: The applications and waves that were archived; UNSET if that is off.

        error: Why the account could not be swept; None if it was.
    """

    results: Sequence[Result] = ()
    audits: Sequence[AuditReport] | None = None
    archived: ArchivedGroups | msgspec.UnsetType = msgspec.UNSET
    error: CutoverError | None = None


def report_on_sweep(swept: Swept) -> SweepReport:
    """Return the report on the servers of *swept*, whatever their accounts."""
    fleet = summary(swept.results)
    found = [
        report for report in fleet.servers if report.changed or report.outcome in set(LISTED) - {Outcome.FINALIZED}
    ]
    servers, not_listed = _listed(sorted(found, key=lambda report: LISTED.index(report.outcome)))
    audited = None if swept.audits is None else _audit_report(swept.audits)
    fields = {**_fields(fleet), "servers": servers, "archived_groups": in_report(swept.archived)}
    return SweepReport(**fields, not_listed=not_listed, audit=audited)


def report_on_accounts(found: Mapping[str | None, Swept]) -> SweepReport:
    """Return the report on several accounts together, with a part for each."""
    audits = [swept.audits for swept in found.values() if swept.audits is not None]
    together = Swept(
        results=[result for swept in found.values() for result in swept.results],
        audits=list(itertools.chain(*audits)) if audits else None,
        archived=merged(swept.archived for swept in found.values()),
    )
    report = report_on_sweep(together)
    parts = tuple(_account_report(account_id, swept) for account_id, swept in found.items())
    has_error = any(part.error for part in parts)
    outcome = _with_error(report) if has_error else report.outcome
    return msgspec.structs.replace(report, outcome=outcome, accounts=parts)


def _account_report(account_id: str | None, swept: Swept) -> AccountReport:
    fleet = summary(swept.results)
    return AccountReport(
        account_id=account_id,
        outcome=FleetOutcome.FAILED if swept.error else fleet.outcome,
        total=fleet.total,
        counts=fleet.counts,
        changed=fleet.changed,
        remaining=len(fleet.remaining),
        audit=None if swept.audits is None else fleet_audit_report(swept.audits).counts,
        error=error_report(swept.error) if swept.error else None,
    )


def _with_error(report: SweepReport) -> FleetOutcome:
    """Return the outcome of several accounts, of which one could not be swept."""
    return FleetOutcome.PARTIAL if Outcome.FINALIZED in report.counts else FleetOutcome.FAILED


def _audit_report(audits: Collection[AuditReport]) -> SweepAuditReport:
    fleet = fleet_audit_report(audits)
    severe = sorted(fleet.servers, key=lambda report: -SEVERITY.index(report.outcome))
    servers, not_listed = _listed([report for report in severe if report.outcome not in CALM])
    # The report on the sweep has the version.
    fields = {**_fields(fleet), "function_version": msgspec.UNSET, "servers": servers}
    return SweepAuditReport(**fields, not_listed=not_listed)


def _listed(reports: Sequence[T]) -> tuple[tuple[T, ...], int]:
    """Return the first *reports*, as far as they fit, and the number of the others."""
    sizes = itertools.accumulate(len(msgspec.json.encode(report)) for report in reports[:MOST_LISTED])
    fitting = sum(size <= MOST_BYTES for size in sizes)
    return tuple(reports[:fitting]), len(reports) - fitting


def _fields(report: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__struct_fields__}
