"""The audit report; these types are a source of ``schemas/report.schema.json``."""

from collections import Counter
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from finalize_cutover.cutover.report import ErrorReport, FunctionVersion, Time, camel_case
from finalize_cutover.version import VERSION

from .prices import CostEstimate


class AuditOutcome(StrEnum):
    """
    The outcome of an audit, from the least to the most severe.

    LEFT_BEHIND if a check of the cleanup fails; NOT_RUNNING if only the check of the launched instance fails;
    NOT_CHECKED if a check cannot be made.
    """

    CLEAN = "CLEAN"
    TOO_EARLY = "TOO_EARLY"
    NOT_FINALIZED = "NOT_FINALIZED"
    NOT_CHECKED = "NOT_CHECKED"
    NOT_RUNNING = "NOT_RUNNING"
    LEFT_BEHIND = "LEFT_BEHIND"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"


# Audits that need no person.
CALM = frozenset({AuditOutcome.CLEAN, AuditOutcome.TOO_EARLY, AuditOutcome.NOT_FINALIZED})


class AuditVerdict(StrEnum):
    """The verdict of an audit check: as expected, not due yet, impossible to check, or not as expected."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WAIT = "WAIT"
    NOT_CHECKED = "NOT_CHECKED"
    FAIL = "FAIL"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One audit check: its name, the verdict and the reason."""

    check: str
    verdict: AuditVerdict
    reason: str


class Leftover(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """An EC2 resource that MGN should have deleted; the audit reports it and never deletes it."""

    type: str
    id: str
    created_at: Time
    age_hours: int
    size_gib: int = msgspec.field(name="sizeGiB")
    cost: CostEstimate | None


class AuditReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The audit report on one source server."""

    schema_version: Literal["1.0"] = "1.0"
    function_version: FunctionVersion = msgspec.UNSET
    source_server_id: str
    hostname: str | None = None
    arn: str | None = None
    account_id: Annotated[
        str | msgspec.UnsetType,
        msgspec.Meta(description="Account of the source server; only where automation covers several and arn is null."),
    ] = msgspec.UNSET
    outcome: AuditOutcome
    finalized_at: Time | None = None
    launched_instance_id: str | None = None
    cutover_job_id: str | None = None
    checks: Annotated[
        tuple[Check, ...],
        msgspec.Meta(description="In reports on several servers, only the checks that did not pass."),
    ] = ()
    checks_passed: Annotated[
        int | msgspec.UnsetType,
        msgspec.Meta(description="Number of checks that passed; only in reports on several servers."),
    ] = msgspec.UNSET
    leftovers: tuple[Leftover, ...] = ()
    error: ErrorReport | None = None


class FleetAuditReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The audit report on several source servers."""

    schema_version: Literal["1.0"] = "1.0"
    function_version: FunctionVersion = msgspec.UNSET
    outcome: AuditOutcome
    total: int
    counts: Mapping[AuditOutcome, int]
    servers: tuple[AuditReport, ...]


def fleet_audit_report(reports: Collection[AuditReport]) -> FleetAuditReport:
    """Summarize *reports*; the outcome is the most severe one, CLEAN if there are none."""
    counts = Counter(report.outcome for report in reports)
    severity = list(AuditOutcome)
    return FleetAuditReport(
        function_version=VERSION,
        outcome=max(counts, key=severity.index, default=AuditOutcome.CLEAN),
        total=len(reports),
        counts={outcome: counts[outcome] for outcome in severity if counts[outcome]},
        servers=tuple(map(_in_list, reports)),
    )


def _in_list(report: AuditReport) -> AuditReport:
    """Return *report* as one of several: without the version, and the checks that passed, which are counted."""
    open_checks = tuple(check for check in report.checks if check.verdict != AuditVerdict.PASS)
    passed = len(report.checks) - len(open_checks)
    return msgspec.structs.replace(report, function_version=msgspec.UNSET, checks=open_checks, checks_passed=passed)
