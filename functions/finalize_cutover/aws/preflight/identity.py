"""The caller, through STS."""

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import identifier
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.preflight.ports import Caller

SESSION = re.compile(r"arn:(?P<partition>[a-z-]+):sts::(?P<account>[0-9]{12}):assumed-role/(?P<role>[^/]+)/[^/]+")


def caller(client: Callable[[], Any], limit: TimeLimit) -> Caller:
    """
    Return whose credentials *client* uses.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    with translated("sts:GetCallerIdentity"):
        answer = limit.run(lambda: client().get_caller_identity())
        arn = identifier(answer, "Arn")
        return Caller(
            account_id=identifier(answer, "Account"),
            arn=arn,
            role_arn=_role_of(arn),
            answered_at=_time_of(answer["ResponseMetadata"].get("HTTPHeaders", {})),
        )


def _role_of(arn: str) -> str | None:
    # The ARN of a session does not contain the path of its role; the template's role has none.
    session = SESSION.fullmatch(arn)
    return f"arn:{session['partition']}:iam::{session['account']}:role/{session['role']}" if session else None


def _time_of(headers: dict[str, str]) -> datetime | None:
    try:
        time = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return time if time.tzinfo else None
