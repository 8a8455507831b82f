"""
The rate of writes: as fast as the service accepts them.

AWS publishes no request rates for MGN.  Until the service throttles, only the
number of workers limits the rate.  Then the rate increases by a constant for
each accepted write, and decreases by a factor for each throttled write.  Each
run starts with a new pace, so that earlier throttling does not slow it down.
"""

import threading
from datetime import datetime, timedelta

from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.time_budget import YOUNG

# The maximum of one DescribeSourceServers call.
LARGEST_BATCH = 200
# Enough for 100 calls per second at 100 ms each, which is more than MGN is known to accept.
WORKERS = 10

# Writes per second: the rate after the first throttled write, and the minimum rate.
FIRST, SLOWEST = 10.0, 0.5
FASTER = 0.2  # writes per second, added for each accepted write
SLOWER = 0.85
# After this many decreases without an accepted write, the service accepts far less than the current rate.
MUCH_SLOWER, FALLS_BEFORE = 0.5, 3
# Decreases in a row without an accepted write: after about 14 s, the run sends no more writes.
MOST_FALLS = 12


class Pace:
    """The pace of the writes of one run; safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rate: float | None = None
        self._next = clock.now()
        # Number of decreases of the rate: in total, and in a row without an accepted write.
        self._falls = self._falls_in_a_row = 0

    def wait(self, *, until: datetime) -> int | None:
        """Wait until the next write may be sent, and return its permit; return None if that is not before *until*."""
        while True:
            with self._lock:
                now, falls = self._clock.now(), self._falls
                slot = max(now, self._next)
                if slot >= until:
                    return None
                if self._rate:
                    self._next = slot + timedelta(seconds=1 / self._rate)
            if slot > now:
                self._clock.sleep((slot - now).total_seconds())
            # If the rate has decreased meanwhile, wait again.
            if falls == self._falls:
                return falls

    def note_taken(self) -> None:
        """Record that the service accepted a write, whatever its result."""
        with self._lock:
            self._falls_in_a_row = 0
            if self._rate:
                self._rate += FASTER

    def note_throttled(self, permit: int) -> None:
        """Record that the service throttled the write with *permit*."""
        with self._lock:
            # A write that was sent before the last decrease says nothing about the current rate.
            if permit < self._falls:
                return
            factor = SLOWER if self._falls_in_a_row < FALLS_BEFORE else MUCH_SLOWER
            self._rate = max(SLOWEST, self._rate * factor) if self._rate else FIRST
            self._next = self._clock.now() + timedelta(seconds=1 / self._rate)
            self._falls += 1
            self._falls_in_a_row += 1

    def resume(self) -> None:
        """Record a pause of the run: a run that was stuck tries one write at the current rate."""
        with self._lock:
            self._falls_in_a_row = min(self._falls_in_a_row, MOST_FALLS - 1)

    @property
    def next_at(self) -> datetime:
        """When the next write may be sent."""
        with self._lock:
            return max(self._clock.now(), self._next)

    @property
    def is_stuck(self) -> bool:
        """Whether the service has accepted nothing for so long that more writes would only add to its load."""
        return self._falls_in_a_row >= MOST_FALLS

    @property
    def batch_size(self) -> int:
        """Maximum number of source servers to read together: all can be written while their evidence is recent."""
        if self._rate is None:
            return LARGEST_BATCH
        return max(1, min(LARGEST_BATCH, int(self._rate * YOUNG.total_seconds())))
