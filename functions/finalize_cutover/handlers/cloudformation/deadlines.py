"""How much time a request has, and how much it had before it came to us."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from finalize_cutover.cutover.errors import OutOfTimeError
from finalize_cutover.handlers.cloudformation.properties import service_timeout
from finalize_cutover.handlers.cloudformation.response_url import ResponseUrl
from finalize_cutover.handlers.invocation import Invocation

# Work ends before the timer, the timer before Lambda's timeout, that before ServiceTimeout.
TIMER_MARGIN = timedelta(seconds=5)
# What is left of Lambda's time when even the last try to deliver must have ended.
LAST_MARGIN = 0.5  # seconds
# Lambda runs a request again a minute or two after it crashed; by then the stack may have given up on it.
RUN_AGAIN = timedelta(seconds=60)


def timed_by(event: Mapping[str, Any], url: ResponseUrl, invocation: Invocation) -> Invocation:
    """
    Return *invocation* with the deadline at which the answer to *event* must leave; that may be in the past.

    CloudFormation counts from when it sent the request, also where Lambda delivers it late or again.
    """
    now = invocation.clock.now()
    given_up_at = now - _age(url, now) + timedelta(seconds=service_timeout(event))
    ends_at = min(invocation.deadline, given_up_at)
    return replace(invocation, deadline=ends_at - TIMER_MARGIN, ends_at=min(ends_at, invocation.ends_at))


def seconds_to_timer(invocation: Invocation) -> float:
    """
    Return in how many seconds the timer must answer, if nobody else has; 0 or less where there is no time for a timer.

    It is the deadline.  Where that has passed, all that may still be asked has half of the margin.
    """
    left = invocation.seconds_left
    return left if left > 0 else left + TIMER_MARGIN.total_seconds() / 2


def was_run_before(url: ResponseUrl, invocation: Invocation) -> bool:
    """Whether the request is so old that Lambda may have run it before; False where nothing tells its age."""
    return _age(url, invocation.clock.now()) > RUN_AGAIN


def check_awaited(event: Mapping[str, Any], url: ResponseUrl, invocation: Invocation) -> None:
    """
    Return if CloudFormation may still be waiting for the answer to *event*, and there is time to give it.

    Raises:
        OutOfTimeError: It has stopped waiting, or too little time is left.
    """
    now = invocation.clock.now()
    age, timeout = int(_age(url, now).total_seconds()), service_timeout(event)
    if age >= timeout or url.is_expired(now):
        raise OutOfTimeError(
            f"Nothing was done: CloudFormation sent this request {age} s ago and waits for {timeout} s at most."
        )
    if invocation.seconds_left <= 0:
        raise OutOfTimeError("Nothing was done: too little was left of Lambda's time or of ServiceTimeout.")


def _age(url: ResponseUrl, now: datetime) -> timedelta:
    return max(now - url.signed_at, timedelta(0)) if url.signed_at else timedelta(0)
