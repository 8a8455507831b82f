"""
CloudWatch metrics in the embedded metric format, with the dimension ``service``.

The account is a property of a line, not a dimension: CloudWatch would bill each metric of each account.
https://docs.aws.amazon.com/powertools/python/latest/core/metrics/
"""

import os
import threading

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, AuditVerdict
from finalize_cutover.cutover.errors import (
    CutoverError,
    InvalidRequestError,
    MgnRefusedError,
    UninitializedAccountError,
)
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.report import Outcome

# The values in the template.
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
UNPUBLISHED_RESULTS = "UnpublishedResults"
# The dashboard and the alarms may use only these.
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
    UNPUBLISHED_RESULTS,
)

BY_OUTCOME = {
    Outcome.NOT_READY: WAITING,
    Outcome.BLOCKED: BLOCKED,
    Outcome.SKIPPED: SKIPPED,
    Outcome.NOT_FOUND: FAILED,
    Outcome.FAILED: FAILED,
}


# Of the threads that count and write; the metrics of each account since they were last written.
_lock = threading.Lock()
_counted: dict[str | None, EphemeralMetrics] = {}


def _metrics() -> EphemeralMetrics:
    # Powertools requires a namespace; without a service, the metrics lack the dimension of the alarms.
    return EphemeralMetrics(
        namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or NAMESPACE,
        service=os.environ.get("POWERTOOLS_SERVICE_NAME") or SERVICE,
    )


def measure_result(result: Result, account_id: str | None = None) -> None:
    """Count the outcome of a source server; a server that was finalized before is not counted."""
    if result.report.changed:
        _count(FINALIZED, account_id=account_id)
    elif name := BY_OUTCOME.get(result.report.outcome):
        _count(name, account_id=account_id)
    if result.cause:
        measure_refusal(result.cause, account_id)


def measure_refusal(error: CutoverError, account_id: str | None = None) -> None:
    """Count *error*, if it means that the same request will be refused again."""
    if isinstance(error, InvalidRequestError | MgnRefusedError | UninitializedAccountError):
        _count(REFUSED_REQUESTS, account_id=account_id)


def measure_audit(report: AuditReport, account_id: str | None = None) -> None:
    """Count the leftovers of a source server, and its agent if still installed; also zeros, so that alarms end."""
    if report.outcome == AuditOutcome.FAILED:
        _count(REFUSED_REQUESTS, account_id=account_id)
    if not report.checks:
        return  # no check was made: a zero would end an alarm that must stay on
    agents = [c for c in report.checks if c.check == "agent-silent" and c.verdict == AuditVerdict.FAIL]
    _count(LEFTOVERS, len(report.leftovers), account_id)
    _count(AGENTS_STILL_INSTALLED, len(agents), account_id)


def measure_waiting(minutes: int, account_id: str | None = None) -> None:
    """Record for how many minutes the oldest approved cutover has waited; 0 if none waits."""
    _count(OLDEST_WAITING_MINUTES, minutes, account_id)


def measure_unpublished(account_id: str | None = None) -> None:
    """Count a result that the event bus did not accept."""
    _count(UNPUBLISHED_RESULTS, account_id=account_id)


def flush_metrics() -> None:
    """Write the metrics of this invocation, if there are any; several threads may call it."""
    with _lock:
        for metrics in _counted.values():
            if metrics.metric_set:  # Powertools itself writes them after 100 values
                metrics.flush_metrics()
        _counted.clear()


def _count(name: str, value: int = 1, account_id: str | None = None) -> None:
    with _lock:
        if account_id not in _counted:
            _counted[account_id] = _metrics()
        metrics = _counted[account_id]
        if account_id:
            metrics.add_metadata("account_id", account_id)  # Powertools forgets it with each line
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
