"""
A limit for a whole call, whatever the network does.

boto3's own times hold for each byte received, and for each of its attempts:
an answer that comes byte by byte would never end.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

from finalize_cutover.cutover.errors import OutOfTimeError
from finalize_cutover.cutover.ports import Clock

T = TypeVar("T")

# Calls at a time, those included that nobody waits for any more.
WORKERS = 64


class NoAnswerInTimeError(Exception):
    """A call had not ended when its time was over; it may still have its effect."""


class TimeLimit:
    """
    Ends every call at one moment.

    Args:
        clock: The time.

        until: When the last call must have ended.
    """

    def __init__(self, clock: Clock, *, until: datetime) -> None:
        self._clock = clock
        self._until = until

    def run(self, call: Callable[[], T], *, within: timedelta | None = None) -> T:
        """
        Return what *call* returns, or raise what it raises.

        Args:
            call: Runs in another thread, and goes on there when its time is over.

            within: The longest that it may take; None where only the moment counts.

        Raises:
            OutOfTimeError: No time was left, so that it was not called.

            NoAnswerInTimeError: It did not end in time.
        """
        left = self._until - self._clock.now()
        seconds = (left if within is None else min(left, within)).total_seconds()
        if seconds <= 0:
            raise OutOfTimeError("Too little time was left to ask AWS.")
        future = _workers().submit(call)
        try:
            return future.result(timeout=seconds)
        except TimeoutError:
            if future.done():
                raise  # its own
            future.cancel()
            raise NoAnswerInTimeError(f"it was given {seconds:.0f} s") from None


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="aws")
