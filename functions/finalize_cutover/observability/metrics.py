"""
CloudWatch metrics in the embedded metric format, with the dimension ``service``.

https://docs.aws.amazon.com/powertools/python/latest/core/metrics/
"""

import os
import threading
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


_flushing = threading.Lock()


def _metrics() -> Metrics:
    # Powertools requires a namespace; without a service, the metrics lack the dimension of the alarms.
    return _metrics_of(
        os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or NAMESPACE,
        os.environ.get("POWERTOOLS_SERVICE_NAME") or SERVICE,
    )


@cache
def _metrics_of(namespace: str, service: str) -> Metrics:
    return Metrics(namespace=namespace, service=service)


def measure_result(result: Result) -> None:
    """Count the outcome of a source server; a server that was finalized before is not counted."""
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
    """Count the leftovers of a source server, and its agent if still installed; also zeros, so that alarms end."""
    if report.outcome == AuditOutcome.FAILED:
        _count(REFUSED_REQUESTS)
    if not report.checks:
        return  # no check was made: a zero would end an alarm that must stay on
    agents = [c for c in report.checks if c.check == "agent-silent" and c.verdict == AuditVerdict.FAIL]
    _count(LEFTOVERS, len(report.leftovers))
    _count(AGENTS_STILL_INSTALLED, len(agents))


def measure_waiting(minutes: int) -> None:
    """Record for how many minutes the oldest approved cutover has waited; 0 if none waits."""
    _count(OLDEST_WAITING_MINUTES, minutes)


def measure_unpublished() -> None:
    """Count a result that the event bus did not accept."""
    _count(UNPUBLISHED_RESULTS)


def flush_metrics() -> None:
    """Write the metrics of this invocation, if there are any; several threads may call it."""
    with _flushing:
        if _metrics().metric_set:
            _metrics().flush_metrics()


def _count(name: str, value: int = 1) -> None:
    _metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)
