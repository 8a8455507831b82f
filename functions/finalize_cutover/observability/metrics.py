"""
What one sees: CloudWatch metrics in the embedded metric format, dimension ``service``.

https://docs.aws.amazon.com/powertools/python/latest/core/metrics/
"""

import os
from functools import cache

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, AuditVerdict
from finalize_cutover.cutover.errors import (
    CutoverError,
    InvalidRequestError,
    MgnRefusedError,
    UninitializedAccountError,
)
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.report import Outcome

# Those of the template.
NAMESPACE = "FinalizeCutover"
SERVICE = "finalize-cutover"

FINALIZED = "Finalized"
WAITING = "Waiting"
BLOCKED = "Blocked"
SKIPPED = "Skipped"
FAILED = "Failed"
REFUSED_REQUESTS = "RefusedRequests"
LEFTOVERS = "Leftovers"
AGENTS_STILL_INSTALLED = "AgentsStillInstalled"
OLDEST_WAITING_MINUTES = "OldestWaitingMinutes"
# The dashboard and the alarms may show these, and no others.
ALL = (
    FINALIZED,
    WAITING,
    BLOCKED,
    SKIPPED,
    FAILED,
    REFUSED_REQUESTS,
    LEFTOVERS,
    AGENTS_STILL_INSTALLED,
    OLDEST_WAITING_MINUTES,
)

BY_OUTCOME = {
    Outcome.NOT_READY: WAITING,
    Outcome.BLOCKED: BLOCKED,
    Outcome.SKIPPED: SKIPPED,
    Outcome.NOT_FOUND: FAILED,
    Outcome.FAILED: FAILED,
}


@cache
def _metrics() -> Metrics:
    # Without a namespace nothing could be written; without a service no alarm would find it, for want of a dimension.
    return Metrics(
        namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or NAMESPACE,
        service=os.environ.get("POWERTOOLS_SERVICE_NAME") or SERVICE,
    )


def measure_result(result: Result) -> None:
    """Count what became of a source server; one that had been finalized before counts nowhere."""
    if result.report.changed:
        _count(FINALIZED)
    elif name := BY_OUTCOME.get(result.report.outcome):
        _count(name)
    if result.cause:
        measure_refusal(result.cause)


def measure_refusal(error: CutoverError) -> None:
    """Count *error*, if it means that the same request will be refused again."""
    if isinstance(error, InvalidRequestError | MgnRefusedError | UninitializedAccountError):
        _count(REFUSED_REQUESTS)


def measure_audit(report: AuditReport) -> None:
    """Count the leftovers of a source server, and whether its agent is still there; zeros too, so that alarms end."""
    if report.outcome == AuditOutcome.FAILED:
        _count(REFUSED_REQUESTS)
    if not report.checks:
        return  # nobody could look: a zero would end an alarm that should go on
    agents = [c for c in report.checks if c.check == "agent-silent" and c.verdict == AuditVerdict.FAIL]
    _count(LEFTOVERS, len(report.leftovers))
    _count(AGENTS_STILL_INSTALLED, len(agents))


def measure_waiting(minutes: int) -> None:
    """Record for how many minutes the oldest approved cutover has waited; 0 where none waits."""
    _count(OLDEST_WAITING_MINUTES, minutes)


def flush_metrics() -> None:
    """Write what was counted in this invocation, if anything was."""
    if _metrics().metric_set:
        _metrics().flush_metrics()


def _count(name: str, value: int = 1) -> None:
    _metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)
