"""
The time of state machines: it passes as time does, and also when the clock of the local AWS is moved.

Replaces the module ``time`` where moto's interpreter sleeps.
"""

import threading
import time
from datetime import UTC, datetime
from typing import Any

from local.clock import CLOCK

# How often a pause looks at the clock, in s.
STEP = 0.02

_speed = 1.0
_waits: set["Pause"] = set()
_lock = threading.Lock()


class Pause:
    """A pause of *seconds* from now on; real time counts as many times as *speed* says."""

    def __init__(self, seconds: float, speed: float = 1.0) -> None:
        self._seconds = seconds
        self._speed = speed
        self._began = time.monotonic()
        self._moved = CLOCK.moved

    @property
    def left(self) -> float:
        """Seconds by which the clock must still be moved."""
        return self._seconds - (CLOCK.moved - self._moved) - (time.monotonic() - self._began) * self._speed

    @property
    def step(self) -> float:
        """Real seconds until the next look at the clock."""
        return max(0.0, min(self.left / self._speed, STEP))


def set_speed(factor: float) -> None:
    """Divide all waiting times of state machines by *factor*; 1 is real time."""
    global _speed  # noqa: PLW0603 - per process, like the interpreter
    _speed = factor


def now() -> datetime:
    """Return the time that state machines see: the clock that the local AWS moves."""
    return CLOCK.now().astimezone(UTC)


def waits() -> list[float]:
    """Return for each Wait state how many seconds it still waits, the shortest wait first."""
    with _lock:
        return sorted(max(0.0, pause.left) for pause in _waits)


def sleep(seconds: float) -> None:
    """Sleep for *seconds* before a retry."""
    pause = Pause(seconds, _speed)
    while pause.left > 0:
        time.sleep(pause.step)


def wait(_self: Any, env: Any, wait_seconds: int) -> None:
    """Wait for *wait_seconds* in a Wait state; stop early if the execution is stopped."""
    pause = Pause(wait_seconds, _speed)
    with _lock:
        _waits.add(pause)
    while env.is_running() and pause.left > 0:
        env.program_state_event.wait(pause.step)
    with _lock:
        _waits.discard(pause)
