"""The code's output: the log lines and metrics of all outcomes."""

import contextlib
import io
import json
import os
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, AuditVerdict, Check, Leftover
from finalize_cutover.cutover.errors import MgnRefusedError
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.report import Outcome, Report
from finalize_cutover.observability import log, metrics
from tests.unit.records import log_lines

Line = dict[str, Any]

SERVER = "s-0123456789abcdef0"
REFUSAL = MgnRefusedError("MGN refused.")
CHECKS = tuple(Check(check=name, verdict=AuditVerdict.FAIL, reason="it is there") for name in ("agent-silent", "other"))
LEFTOVER = Leftover(
    type="volume", id="vol-0aaa", created_at=datetime(2026, 11, 9, tzinfo=UTC), age_hours=1, size_gib=16, cost=None
)


def everything() -> tuple[list[Line], list[Line]]:
    """Return the log lines and the metric lines of all outcomes of requests and audits."""
    metrics.flush_metrics()  # what earlier tests counted
    os.environ["POWERTOOLS_SERVICE_NAME"] = "<AWS::StackName>"  # as rendered from the template
    with contextlib.redirect_stdout(io.StringIO()) as printed, log_lines() as lines:
        log.log_invocation(SimpleNamespace(aws_request_id="request"))
        for outcome in Outcome:
            changed = outcome == Outcome.FINALIZED
            report = Report(source_server_id=SERVER, outcome=outcome, changed=changed, warnings=("look",))
            log.record(Result(report=report, cause=None if changed else REFUSAL))
        for verdict in AuditOutcome:
            log.record_audit(
                AuditReport(source_server_id=SERVER, outcome=verdict, checks=CHECKS, leftovers=(LEFTOVER,))
            )
        metrics.measure_waiting(90)
        metrics.measure_unpublished()
        metrics.flush_metrics()
    return lines, [json.loads(line) for line in printed.getvalue().splitlines() if line.startswith('{"_aws"')]


def series(metric_lines: list[Line]) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return (namespace, name, dimensions) of every metric that CloudWatch extracts from *metric_lines*."""
    return {
        (directive["Namespace"], metric["Name"], tuple((name, line[name]) for name in dimensions))
        for line in metric_lines
        for directive in line["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
        for dimensions in directive["Dimensions"]
    }
