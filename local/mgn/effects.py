"""
Writes that succeed, but whose effect comes later or never.

AWS does not document whether there is a delay between the response of FinalizeCutover and its effect.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Delay in seconds of the effect of this thread's write; None for no delay, infinite for no effect.
_seconds: ContextVar[float | None] = ContextVar("seconds_to_the_effect", default=None)


@contextmanager
def coming_in(seconds: float) -> Iterator[None]:
    """Delay the effect of a write in the block by *seconds*; ``math.inf`` for no effect."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)


def seconds_to_effect() -> float | None:
    """Return the delay in seconds of the current write's effect; None for no delay."""
    return _seconds.get()
