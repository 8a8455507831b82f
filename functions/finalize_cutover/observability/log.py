"""
The logger for all packages except the core, which never logs; each logged result is also counted.

Never logged: the signed response URL, whole events, MGN's tags, except the time in ``FinalizeCutoverNotBefore``.
"""

import logging
import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, AuditVerdict
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.report import Outcome

from .metrics import measure_audit, measure_result

# Lambda reads no other format of a timestamp, and then ignores the level of the line.
logger = Logger(use_rfc3339=True)

# At DEBUG these log whole events, response URLs and tags, and they follow the root logger's level.
TALKATIVE = ("boto3", "botocore", "crhelper", "urllib3")

UNPROVEN = {AuditVerdict.FAIL, AuditVerdict.NOT_CHECKED}

ALARMING = {
    AuditOutcome.NOT_CHECKED,
    AuditOutcome.NOT_RUNNING,
    AuditOutcome.LEFT_BEHIND,
    AuditOutcome.NOT_FOUND,
    AuditOutcome.FAILED,
}

MESSAGES = {
    Outcome.FINALIZED: "Cutover is finalized",
    Outcome.WOULD_FINALIZE: "Cutover would be finalized",
    Outcome.SKIPPED: "Cutover skipped",
    Outcome.NOT_READY: "Cutover not ready",
    Outcome.BLOCKED: "Cutover refused",
    Outcome.NOT_FOUND: "Source server not found",
    Outcome.FAILED: "Cutover not finalized",
}


def log_invocation(context: object) -> None:
    """Add *context*'s request ID to every log line of this invocation, and of no other."""
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    level = os.environ.get("POWERTOOLS_LOG_LEVEL", "").upper()
    if level in logging.getLevelNamesMapping():
        # Powertools itself prefers the level of Lambda's filter, which must let metrics through.
        logging.getLogger(logger.name).setLevel(level)
    logger.clear_state()
    logger.append_keys(function_request_id=getattr(context, "aws_request_id", None))


def log_start(versions: Mapping[str, str]) -> None:
    """Log one line with the *versions* of the application, botocore and Python."""
    logger.info("Function started", versions=dict(versions))


def record(result: Result, account_id: str | None = None) -> None:
    """Log one line with the outcome of a source server and its reason, and count it; None names no account."""
    measure_result(result, account_id)
    report = result.report
    facts: dict[str, Any] = {"source_server_id": report.source_server_id, "outcome": report.outcome.value}
    facts |= in_account(account_id)
    if result.cause:
        facts |= {"reason": str(result.cause), "code": result.cause.code}
    write = logger.warning if report.outcome in {Outcome.BLOCKED, Outcome.NOT_FOUND, Outcome.FAILED} else logger.info
    write(MESSAGES[report.outcome], **facts, changed=report.changed, warnings=report.warnings)


def record_audit(report: AuditReport, account_id: str | None = None) -> None:
    """Log one line with the audit result of a source server, and count it; None names no account."""
    measure_audit(report, account_id)
    write = logger.warning if report.outcome in ALARMING else logger.info
    write(
        "Finalized cutover audited",
        source_server_id=report.source_server_id,
        outcome=report.outcome.value,
        **in_account(account_id),
        leftovers=[leftover.id for leftover in report.leftovers],
        reasons=[check.reason for check in report.checks if check.verdict in UNPROVEN],
    )


def in_account(account_id: str | None) -> dict[str, Any]:
    """Return the key of a log line that names the account; empty for None."""
    return {"account_id": account_id} if account_id else {}
