"""
Writes that are answered well and have no effect yet, or never.

AWS documents no delay between the answer of FinalizeCutover and its effect, nor that there is none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Seconds to the effect of what this thread serves; None where that comes at once, infinite where it never comes.
_seconds: ContextVar[float | None] = ContextVar("seconds_to_the_effect", default=None)


@contextmanager
def coming_in(seconds: float) -> Iterator[None]:
    """Let the effect of a write in the block come *seconds* later; ``math.inf`` for never."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)


def seconds_to_effect() -> float | None:
    """Return in how many seconds the effect of the present write comes; None for at once."""
    return _seconds.get()
