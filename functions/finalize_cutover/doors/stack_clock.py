"""How much time a request has, and how much it had before it came to us."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from finalize_cutover.doors.call import Call
from finalize_cutover.doors.properties import service_timeout
from finalize_cutover.doors.response_url import ResponseUrl

# Work ends before the timer, the timer before Lambda's timeout, that before ServiceTimeout.
TIMER_MARGIN = timedelta(seconds=5)
# What is left of Lambda's time when even the last try to deliver must have ended.
LAST_MARGIN = 0.5  # seconds
# Lambda runs a request again a minute or two after it crashed; by then the stack may have given up on it.
RUN_AGAIN = timedelta(seconds=60)


def answer_by(event: Mapping[str, Any], url: ResponseUrl, call: Call) -> datetime:
    """
    Return when the answer to *event* must leave; that may be in the past.

    CloudFormation counts from when it sent the request, also where Lambda delivers it late or again.
    """
    now = call.clock.now()
    given_up_at = min(url.signed_at or now, now) + timedelta(seconds=service_timeout(event))
    return min(call.deadline, given_up_at) - TIMER_MARGIN


def was_run_before(url: ResponseUrl, call: Call) -> bool:
    """Whether the request is so old that Lambda may have run it before; False where nothing tells its age."""
    return url.signed_at is not None and call.clock.now() - url.signed_at > RUN_AGAIN
