"""
The structured response, version 1: what was checked, what was done, what is still to come.

These types are the source of ``schemas/report.schema.json``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec

from finalize_cutover.cutover.readiness.finding import Finding, Verdict

from .errors import CutoverError
from .source_server import SourceServer

# https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html
AGENT_UNINSTALLED_AFTER = timedelta(minutes=10)
REPLICATION_RESOURCES_DELETED_AFTER = timedelta(minutes=90)

# Aware, so that the schema calls it a date-time.
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Outcome(StrEnum):
    """What became of one source server."""

    FINALIZED = "FINALIZED"
    WOULD_FINALIZE = "WOULD_FINALIZE"
    SKIPPED = "SKIPPED"
    NOT_READY = "NOT_READY"
    BLOCKED = "BLOCKED"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"


def camel_case(name: str) -> str:
    """Spell a field as MGN does: ``source_server_id`` is ``sourceServerID``."""
    head, *tail = name.split("_")
    return head + "".join({"id": "ID", "ids": "IDs"}.get(word, word.capitalize()) for word in tail)


class FindingReport(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of readiness: its verdict, and the reason in words."""

    rule: str
    verdict: Verdict
    reason: str


class ErrorReport(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """Why it failed: the service's code and status where there is one, and what to do about it."""

    code: str
    message: str
    http_status: int | None
    retryable: bool
    hint: str


class Report(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """What was found and done about one source server."""

    schema_version: Literal["1.0"] = "1.0"
    source_server_id: str
    arn: str | None = None
    outcome: Outcome
    changed: Annotated[bool, msgspec.Meta(description="Whether this very call finalized the cutover.")] = False
    finalized_at: Time | None = None
    life_cycle_state: str | None = None
    data_replication_state: str | None = None
    launched_instance_id: str | None = None
    cutover_job_id: str | None = None
    cutover_launched_at: Annotated[
        Time | msgspec.UnsetType | None,
        msgspec.Meta(description="When its cutover launch was asked for; left out beside MGN's own answer."),
    ] = None
    readiness: tuple[FindingReport, ...] = ()
    warnings: tuple[str, ...] = ()
    agent_uninstalled_by: Time | None = None
    replication_resources_deleted_by: Time | None = None
    error: ErrorReport | None = None
    source_server: Annotated[
        Mapping[str, Any] | msgspec.UnsetType | None,
        msgspec.Meta(description="MGN's own answer; left out where several servers are reported."),
    ] = None


def report_on(
    server: SourceServer,
    outcome: Outcome,
    findings: tuple[Finding, ...] = (),
    *,
    warnings: tuple[str, ...] = (),
    **fields: Any,
) -> Report:
    """Report *outcome* for *server*, with its states as MGN told them last, and with all that *findings* say."""
    finalized_at = whole_seconds(server.finalized_at) if outcome == Outcome.FINALIZED else None
    return Report(
        source_server_id=server.id,
        arn=server.arn,
        outcome=outcome,
        finalized_at=finalized_at,
        life_cycle_state=server.state,
        data_replication_state=server.replication_state,
        launched_instance_id=server.instance_id,
        cutover_job_id=server.cutover_job_id,
        cutover_launched_at=whole_seconds(server.last_cutover.initiated_at) if server.last_cutover else None,
        agent_uninstalled_by=finalized_at and finalized_at + AGENT_UNINSTALLED_AFTER,
        replication_resources_deleted_by=finalized_at and finalized_at + REPLICATION_RESOURCES_DELETED_AFTER,
        readiness=tuple(FindingReport(rule=f.rule, verdict=f.verdict, reason=f.reason) for f in findings),
        warnings=(*(warning for finding in findings for warning in finding.warnings), *warnings),
        source_server=server.document,
        **fields,
    )


def error_report(error: CutoverError) -> ErrorReport:
    """Return *error* as it stands in the report."""
    return ErrorReport(
        code=error.code,
        message=str(error),
        http_status=error.http_status,
        retryable=error.retryable,
        hint=error.hint,
    )


def document(report: msgspec.Struct) -> dict[str, Any]:
    """Return *report* as JSON values, times in ISO 8601."""
    # Through JSON, because callers compare lists with lists, and msgspec's builtins keep tuples.
    values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(report))
    return values


def whole_seconds(time: datetime | None) -> datetime | None:
    """Return *time* in UTC without its fraction, as reports show it."""
    return time.astimezone(UTC).replace(microsecond=0) if time else None
