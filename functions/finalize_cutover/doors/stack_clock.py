"""How much time a request has, and how much it had before it came to us."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from finalize_cutover.cutover.errors import OutOfTimeError
from finalize_cutover.doors.call import Call
from finalize_cutover.doors.properties import service_timeout
from finalize_cutover.doors.response_url import ResponseUrl

# Work ends before the timer, the timer before Lambda's timeout, that before ServiceTimeout.
TIMER_MARGIN = timedelta(seconds=5)
# What is left of Lambda's time when even the last try to deliver must have ended.
LAST_MARGIN = 0.5  # seconds
# Lambda runs a request again a minute or two after it crashed; by then the stack may have given up on it.
RUN_AGAIN = timedelta(seconds=60)


def timed_by(event: Mapping[str, Any], url: ResponseUrl, call: Call) -> Call:
    """
    Return *call* with the deadline at which the answer to *event* must leave; that may be in the past.

    CloudFormation counts from when it sent the request, also where Lambda delivers it late or again.
    """
    now = call.clock.now()
    given_up_at = now - _age(url, now) + timedelta(seconds=service_timeout(event))
    ends_at = min(call.deadline, given_up_at)
    return replace(call, deadline=ends_at - TIMER_MARGIN, ends_at=min(ends_at, call.ends_at))


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


def check_awaited(event: Mapping[str, Any], url: ResponseUrl, call: Call) -> None:
    """
    Return if CloudFormation may still be waiting for the answer to *event*, and there is time to give it.

    Raises:
        OutOfTimeError: It has stopped waiting, or too little time is left.
    """
    now = call.clock.now()
    age, timeout = int(_age(url, now).total_seconds()), service_timeout(event)
    if age >= timeout or url.is_expired(now):
        raise OutOfTimeError(
            f"Nothing was done: CloudFormation sent this request {age} s ago and waits for {timeout} s at most."
        )
    if call.seconds_left <= 0:
        raise OutOfTimeError("Nothing was done: too little was left of Lambda's time or of ServiceTimeout.")


def _age(url: ResponseUrl, now: datetime) -> timedelta:
    return max(now - url.signed_at, timedelta(0)) if url.signed_at else timedelta(0)
