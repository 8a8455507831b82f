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
# A response URL is valid for about two hours: what claims to be older tells nothing.
URL_VALIDITY = timedelta(hours=2)


def answer_by(event: Mapping[str, Any], url: ResponseUrl, call: Call) -> datetime:
    """
    Return when the answer to *event* must leave; that may be in the past.

    CloudFormation counts from when it sent the request, also where Lambda delivers it late or again.
    """
    now = call.clock.now()
    given_up_at = now - _age(url, now) + timedelta(seconds=service_timeout(event))
    return min(call.deadline, given_up_at) - TIMER_MARGIN


def seconds_to_timer(call: Call) -> float:
    """
    Return in how many seconds the timer must answer, if nobody else has; 0 or less where there is no time for a timer.

    It is the deadline.  Where that has passed, all that may still be asked has half of the margin.
    """
    left = call.seconds_left
    return left if left > 0 else left + TIMER_MARGIN.total_seconds() / 2


def was_run_before(url: ResponseUrl, call: Call) -> bool:
    """Whether the request is so old that Lambda may have run it before; False where nothing tells its age."""
    return _age(url, call.clock.now()) > RUN_AGAIN


def _age(url: ResponseUrl, now: datetime) -> timedelta:
    age = now - url.signed_at if url.signed_at else timedelta(0)
    return age if timedelta(0) < age < URL_VALIDITY else timedelta(0)
