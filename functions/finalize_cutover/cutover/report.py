"""
The structured response, version 1: the findings, the outcome, and the times of MGN's cleanup.

These types are the source of ``schemas/report.schema.json``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec

from finalize_cutover.cutover.readiness.finding import Finding, Verdict
from finalize_cutover.version import VERSION

from .errors import CutoverError
from .source_server import SourceServer

# https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html
AGENT_UNINSTALLED_AFTER = timedelta(minutes=10)
REPLICATION_RESOURCES_DELETED_AFTER = timedelta(minutes=90)

# Aware, so that the schema has the format date-time.
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Outcome(StrEnum):
    """The outcome of one source server."""

    FINALIZED = "FINALIZED"
    WOULD_FINALIZE = "WOULD_FINALIZE"
    SKIPPED = "SKIPPED"
    NOT_READY = "NOT_READY"
    BLOCKED = "BLOCKED"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"


def camel_case(name: str) -> str:
    """Return a field name in MGN's spelling: ``source_server_id`` becomes ``sourceServerID``."""
    head, *tail = name.split("_")
    return head + "".join({"id": "ID", "ids": "IDs"}.get(word, word.capitalize()) for word in tail)


class FindingReport(msgspec.Struct, frozen=True, kw_only=True):
    """One readiness check: the rule, the verdict, the reason and, if it did not pass, what you can do."""

    rule: str
    verdict: Verdict
    reason: str
    hint: str | msgspec.UnsetType = msgspec.UNSET


class ErrorReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The error: the code and HTTP status of the service, if any, and what you can do about it."""

    code: str
    message: str
    http_status: int | None
    retryable: bool
    hint: str


class ArchivedGroups(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """
    The applications and waves that this request archived.

    ``warnings`` has a sentence for each one that could not be read or archived.  One with a source server that is not
    archived is not listed.
    """

    application_ids: tuple[str, ...] = ()
    wave_ids: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


ArchivedGroupsField = Annotated[
    ArchivedGroups | msgspec.UnsetType,
    msgspec.Meta(description="The applications and waves that this request archived; only if it was asked to."),
]


FunctionVersion = Annotated[
    str | msgspec.UnsetType,
    msgspec.Meta(description="Version of the application; omitted in a report that is part of another document."),
]


class Report(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """The report on one source server."""

    schema_version: Literal["1.0"] = "1.0"
    function_version: FunctionVersion = msgspec.UNSET
    source_server_id: str
    hostname: str | None = None
    application_id: Annotated[
        str | None, msgspec.Meta(description="MGN's application of the source server; null if it is in none.")
    ] = None
    arn: str | None = None
    account_id: Annotated[
        str | msgspec.UnsetType,
        msgspec.Meta(description="Account of the source server; only where automation covers several and arn is null."),
    ] = msgspec.UNSET
    outcome: Outcome
    changed: Annotated[bool, msgspec.Meta(description="Whether this request finalized the cutover.")] = False
    finalized_at: Time | None = None
    life_cycle_state: str | None = None
    data_replication_state: str | None = None
    launched_instance_id: str | None = None
    cutover_job_id: str | None = None
    cutover_launched_at: Annotated[
        Time | msgspec.UnsetType | None,
        msgspec.Meta(description="When the cutover launch was requested; omitted if sourceServer is present."),
    ] = None
    readiness: Annotated[
        tuple[FindingReport, ...],
        msgspec.Meta(description="In reports on several servers, only the checks that did not pass."),
    ] = ()
    rules_passed: Annotated[
        int | msgspec.UnsetType,
        msgspec.Meta(description="Number of checks that passed; only in reports on several servers."),
    ] = msgspec.UNSET
    warnings: tuple[str, ...] = ()
    agent_uninstalled_by: Time | None = None
    replication_resources_deleted_by: Time | None = None
    error: ErrorReport | None = None
    source_server: Annotated[
        Mapping[str, Any] | msgspec.UnsetType | None,
        msgspec.Meta(description="MGN's response; omitted in reports on several servers."),
    ] = None
    archived_groups: ArchivedGroupsField = msgspec.UNSET


def report_on(
    server: SourceServer,
    outcome: Outcome,
    findings: tuple[Finding, ...] = (),
    *,
    warnings: tuple[str, ...] = (),
    **fields: Any,
) -> Report:
    """Return the report on *server*, with its last known states and all *findings*."""
    finalized_at = whole_seconds(server.finalized_at) if outcome == Outcome.FINALIZED else None
    return Report(
        function_version=VERSION,
        source_server_id=server.id,
        hostname=server.hostname,
        application_id=server.application_id,
        arn=server.arn,
        outcome=outcome,
        finalized_at=finalized_at,
        life_cycle_state=server.state,
        data_replication_state=server.replication_state,
        launched_instance_id=server.instance_id,
        cutover_job_id=server.cutover_job_id,
        cutover_launched_at=whole_seconds(server.last_cutover.initiated_at) if server.last_cutover else None,
        agent_uninstalled_by=None if server.is_agentless else finalized_at and finalized_at + AGENT_UNINSTALLED_AFTER,
        replication_resources_deleted_by=finalized_at and finalized_at + REPLICATION_RESOURCES_DELETED_AFTER,
        readiness=tuple(
            FindingReport(rule=f.rule, verdict=f.verdict, reason=f.reason, hint=f.hint or msgspec.UNSET)
            for f in findings
        ),
        warnings=(*(warning for finding in findings for warning in finding.warnings), *warnings),
        source_server=server.document,
        **fields,
    )


def in_list(report: Report) -> Report:
    """Return *report* as one of several: without version, MGN's response and passed checks, which are counted."""
    open_checks = tuple(found for found in report.readiness if found.verdict != Verdict.PASS)
    passed = len(report.readiness) - len(open_checks)
    return msgspec.structs.replace(
        report,
        function_version=msgspec.UNSET,
        source_server=msgspec.UNSET,
        readiness=open_checks,
        rules_passed=passed,
    )


def error_report(error: CutoverError) -> ErrorReport:
    """Return *error* as a part of the report."""
    return ErrorReport(
        code=error.code,
        message=str(error),
        http_status=error.http_status,
        retryable=error.retryable,
        hint=error.hint,
    )


def document(report: msgspec.Struct) -> dict[str, Any]:
    """Return *report* as JSON values, times in ISO 8601."""
    # Through JSON, because msgspec's builtins keep tuples, and callers expect lists.
    values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(report))
    return values


def whole_seconds(time: datetime | None) -> datetime | None:
    """Return *time* in UTC without fractions of a second, as in reports; None for None."""
    return time.astimezone(UTC).replace(microsecond=0) if time else None
