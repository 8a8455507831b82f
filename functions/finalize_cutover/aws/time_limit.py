"""
A time limit for a whole call.

boto3's own timeouts apply to each read from the socket and to each attempt,
so a response that arrives byte by byte would never time out.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

from finalize_cutover.cutover.errors import OutOfTimeError
from finalize_cutover.cutover.ports import Clock

T = TypeVar("T")

# Concurrent calls, including calls whose time is over.
WORKERS = 64


class NoAnswerInTimeError(Exception):
    """A call did not end in time; it may still have an effect."""


class TimeLimit:
    """
    Ends every call by a given time.

    Args:
        clock: The time source.

        until: When the last call must have ended.
    """

    def __init__(self, clock: Clock, *, until: datetime) -> None:
        self._clock = clock
        self._until = until

    def run(self, call: Callable[[], T], *, within: timedelta | None = None) -> T:
        """
        Return what *call* returns, or raise what it raises.

        Args:
            call: Runs in another thread, and continues there when its time is over.

            within: Maximum duration; None if only *until* applies.

        Raises:
            OutOfTimeError: No time was left, so it was not called.

            NoAnswerInTimeError: It did not end in time.
        """
        left = self._until - self._clock.now()
        seconds = (left if within is None else min(left, within)).total_seconds()
        if seconds <= 0:
            raise OutOfTimeError("Too little time was left to call AWS.")
        future = _workers().submit(call)
        try:
            return future.result(timeout=seconds)
        except TimeoutError:
            if future.done():
                raise  # raised by the call itself
            future.cancel()
            raise NoAnswerInTimeError(f"limit {seconds:.0f} s") from None


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="aws")
