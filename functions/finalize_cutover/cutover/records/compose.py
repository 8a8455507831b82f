"""Compose records from what a request knows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from finalize_cutover.cutover.audit.report import AuditReport
from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.readiness.finding import Finding
from finalize_cutover.cutover.report import Outcome, Report, report_on
from finalize_cutover.version import VERSION

from .records import (
    AuditRecord,
    FinalizeRecord,
    Intent,
    LaunchRecord,
    LogLine,
    Options,
    PostLaunchActionRecord,
    RequestedBy,
    StoredIntent,
    Subject,
)


def intent_of(
    evidence: Evidence,
    findings: tuple[Finding, ...],
    *,
    options: Options,
    approved_instance_id: str | None,
    by: RequestedBy,
    account_id: str,
    now: datetime,
) -> Intent:
    """Return the record of *findings* under which the source server of *evidence* is ready."""
    report = report_on(evidence.server, Outcome.WOULD_FINALIZE, findings)
    return Intent(
        function_version=VERSION,
        recorded_at=now,
        subject=_subject(report, account_id, evidence.server.application_id),
        requested_by=by,
        options=options,
        approved_instance_id=approved_instance_id,
        evidence_read_at=evidence.read_at,
        readiness=report.readiness,
        warnings=report.warnings,
        launch=_launch(evidence),
        job_log=_log(evidence),
        source_server=_without_tags(report.source_server) or {},
    )


def result_of(
    report: Report, *, intent: StoredIntent | None, by: RequestedBy, account_id: str, now: datetime
) -> FinalizeRecord:
    """Return the record of what came of a request, without tags."""
    return FinalizeRecord(
        function_version=VERSION,
        recorded_at=now,
        subject=_subject(report, account_id, (report.source_server or {}).get("applicationID")),
        requested_by=by,
        intent=intent,
        report=msgspec.structs.replace(
            report, function_version=msgspec.UNSET, source_server=_without_tags(report.source_server)
        ),
    )


def audit_of(report: AuditReport, *, by: RequestedBy, account_id: str, now: datetime) -> AuditRecord:
    """Return the record of what an audit found."""
    return AuditRecord(
        function_version=VERSION,
        recorded_at=now,
        subject=_subject(report, account_id, None),
        requested_by=by,
        report=msgspec.structs.replace(report, function_version=msgspec.UNSET),
    )


def _subject(report: Report | AuditReport, account_id: str, application_id: str | None) -> Subject:
    arn = (report.arn or "").split(":")
    return Subject(
        # arn:aws:mgn:REGION:ACCOUNT:source-server/ID
        account_id=arn[4] if len(arn) > 4 else account_id,
        source_server_id=report.source_server_id,
        hostname=report.hostname,
        application_id=application_id,
        cutover_job_id=report.cutover_job_id,
        launched_instance_id=report.launched_instance_id,
    )


def _without_tags(document: Any) -> Any:
    if not isinstance(document, Mapping):
        return document
    return {name: value for name, value in document.items() if name != "tags"}


def _launch(evidence: Evidence) -> LaunchRecord | None:
    job, launch = evidence.job, evidence.launch
    if job is None:
        return None
    return LaunchRecord(
        job_type=job.type,
        initiated_by=job.initiated_by,
        job_status=job.status,
        job_ended_at=job.ended_at,
        launch_status=launch.status if launch else None,
        launched_instance_id=launch.instance_id if launch else None,
        post_launch_actions=tuple(
            PostLaunchActionRecord(
                name=action.name,
                status=action.status,
                must_succeed_for_cutover=action.must_succeed,
                failure_reason=action.failure_reason,
            )
            for action in (launch.actions if launch else ())
        ),
    )


def _log(evidence: Evidence) -> tuple[LogLine, ...]:
    return tuple(
        LogLine(event=line.event, source_server_id=line.server_id, logged_at=line.logged_at, has_error=line.has_error)
        for line in evidence.log
        if line.server_id in {None, evidence.server.id}
    )
