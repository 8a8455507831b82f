"""
The speed of time for state machines: in real time, waits and pauses before retries would make a test take minutes.

Replaces the module ``time`` where moto's interpreter sleeps.
"""

import time
from typing import Any

_speed = 1.0


def set_speed(factor: float) -> None:
    """Divide all waiting times of state machines by *factor*; 1 is real time."""
    global _speed  # noqa: PLW0603 - per process, like the interpreter
    _speed = factor


def sleep(seconds: float) -> None:
    """Sleep for *seconds* before a retry, divided by the speed."""
    time.sleep(seconds / _speed)


def wait(_self: Any, env: Any, wait_seconds: int) -> None:
    """Wait for *wait_seconds* in a Wait state, divided by the speed; stop early if the execution is stopped."""
    deadline = time.monotonic() + wait_seconds / _speed
    while env.is_running() and (left := deadline - time.monotonic()) > 0:
        env.program_state_event.wait(left)
