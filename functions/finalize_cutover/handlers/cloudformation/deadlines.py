"""The time limits of a CloudFormation request."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from finalize_cutover.cutover.errors import OutOfTimeError
from finalize_cutover.handlers.cloudformation.properties import service_timeout
from finalize_cutover.handlers.cloudformation.response_url import ResponseUrl
from finalize_cutover.handlers.invocation import Invocation

# The order of the limits: the work, the timer, Lambda's timeout, ServiceTimeout.
TIMER_MARGIN = timedelta(seconds=5)
# Lambda's remaining time when the last delivery attempt must have ended.
LAST_MARGIN = 0.5  # seconds
# Lambda retries a crashed request after one or two minutes; by then the stack may no longer wait for it.
RUN_AGAIN = timedelta(seconds=60)


def timed_by(event: Mapping[str, Any], url: ResponseUrl, invocation: Invocation) -> Invocation:
    """
    Return *invocation* with the deadline of the response to *event*, which may be in the past.

    CloudFormation counts from the time when it sent the request, even if Lambda delivers it late or again.
    """
    now = invocation.clock.now()
    given_up_at = now - _age(url, now) + timedelta(seconds=service_timeout(event))
    ends_at = min(invocation.deadline, given_up_at)
    return replace(invocation, deadline=ends_at - TIMER_MARGIN, ends_at=min(ends_at, invocation.ends_at))


def seconds_to_timer(invocation: Invocation) -> float:
    """
    Return the seconds until the timer must send a response; 0 or less if there is no time for a timer.

    The timer fires at the deadline.  If that has passed, the remaining work gets half of the margin.
    """
    left = invocation.seconds_left
    return left if left > 0 else left + TIMER_MARGIN.total_seconds() / 2


def was_run_before(url: ResponseUrl, invocation: Invocation) -> bool:
    """Whether the request is so old that Lambda may have run it before; False if its age is unknown."""
    return _age(url, invocation.clock.now()) > RUN_AGAIN


def check_awaited(event: Mapping[str, Any], url: ResponseUrl, invocation: Invocation) -> None:
    """
    Return if CloudFormation may still be waiting for the response to *event*, and there is time to send it.

    Raises:
        OutOfTimeError: It has stopped waiting, or too little time is left.
    """
    now = invocation.clock.now()
    age, timeout = int(_age(url, now).total_seconds()), service_timeout(event)
    if age >= timeout or url.is_expired(now):
        raise OutOfTimeError(
            f"Nothing was done: CloudFormation sent this request {age} s ago and waits at most {timeout} s."
        )
    if invocation.seconds_left <= 0:
        raise OutOfTimeError("Nothing was done: too little time was left before Lambda's timeout or ServiceTimeout.")


def _age(url: ResponseUrl, now: datetime) -> timedelta:
    return max(now - url.signed_at, timedelta(0)) if url.signed_at else timedelta(0)
