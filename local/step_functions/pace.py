"""
How fast time passes for state machines: waits and the pauses before a retry would make a test take minutes.

Stands in for the module ``time`` where moto's interpreter sleeps.
"""

import time
from typing import Any

_speed = 1.0


def set_speed(factor: float) -> None:
    """Let state machines wait *factor* times shorter than they say; 1 is real time."""
    global _speed  # noqa: PLW0603 - of the process, as the interpreter is
    _speed = factor


def sleep(seconds: float) -> None:
    """Sleep as long as a retry wants to, at our speed."""
    time.sleep(seconds / _speed)


def wait(_self: Any, env: Any, wait_seconds: int) -> None:
    """Wait as long as a Wait state wants to, at our speed; less, if its execution is stopped."""
    deadline = time.monotonic() + wait_seconds / _speed
    while env.is_running() and (left := deadline - time.monotonic()) > 0:
        env.program_state_event.wait(left)
