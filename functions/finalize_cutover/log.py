"""
One logger for every room but the core, which never logs.

Never logged: the signed response URL, whole events, MGN's tags.
"""

import logging
from typing import Any

from aws_lambda_powertools import Logger

from .cutover.report import Outcome
from .cutover.result import Result

logger = Logger()

# At DEBUG these log whole events, response URLs and tags, and they follow the root logger's level.
TALKATIVE = ("boto3", "botocore", "crhelper", "urllib3")

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
    """Put *context*'s request ID on every line of this invocation, and on no line of the next."""
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    logger.clear_state()
    logger.append_keys(function_request_id=getattr(context, "aws_request_id", None))


def log_result(result: Result) -> None:
    """Log the one line that says what became of a source server, and why."""
    report = result.report
    facts: dict[str, Any] = {"source_server_id": report.source_server_id, "outcome": report.outcome.value}
    if result.cause:
        facts |= {"reason": str(result.cause), "code": result.cause.code}
    write = logger.warning if report.outcome in {Outcome.BLOCKED, Outcome.NOT_FOUND, Outcome.FAILED} else logger.info
    write(MESSAGES[report.outcome], **facts, changed=report.changed, warnings=report.warnings)
