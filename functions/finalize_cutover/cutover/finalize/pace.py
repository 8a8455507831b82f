"""
How fast writes are sent: as fast as the service takes them.

AWS publishes no request rates for MGN.  Until the service throttles, only the
number of workers limits the pace.  Then the pace rises by a constant for each
write that is taken, and falls by a factor when one is throttled.  Each run
has a pace of its own, so that throttling long ago slows nobody down.
"""

import threading
from datetime import datetime, timedelta

from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.time_budget import YOUNG

# As many as one DescribeSourceServers takes.
LARGEST_BATCH = 200
# Enough for 100 calls a second at 100 ms each, which is more than MGN is known to take.
WORKERS = 10

# Writes a second: where the pace begins once the service throttles, and what it never falls below.
FIRST, SLOWEST = 10.0, 0.5
FASTER = 0.2  # writes a second more, for each write that is taken
SLOWER = 0.85
# Where nothing has been taken since the pace fell, and fell again: the service takes far less than that.
MUCH_SLOWER, FALLS_BEFORE = 0.5, 3
# In a row, with nothing taken between them: a service that takes nothing for 14 s is not asked any further.
MOST_FALLS = 12


class Pace:
    """The pace of the writes of one run; safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rate: float | None = None
        self._next = clock.now()
        # How often the pace has fallen, and how often in a row with nothing taken between.
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
            # One that was promised at a faster pace waits again.
            if falls == self._falls:
                return falls

    def note_taken(self) -> None:
        """Note that the service took a write, whatever it made of it."""
        with self._lock:
            self._falls_in_a_row = 0
            if self._rate:
                self._rate += FASTER

    def note_throttled(self, permit: int) -> None:
        """Note that the service throttled the write that had *permit*."""
        with self._lock:
            # Those that were on their way when the pace fell say nothing about the slower pace.
            if permit < self._falls:
                return
            factor = SLOWER if self._falls_in_a_row < FALLS_BEFORE else MUCH_SLOWER
            self._rate = max(SLOWEST, self._rate * factor) if self._rate else FIRST
            self._next = self._clock.now() + timedelta(seconds=1 / self._rate)
            self._falls += 1
            self._falls_in_a_row += 1

    @property
    def next_at(self) -> datetime:
        """When the next write may be sent."""
        with self._lock:
            return max(self._clock.now(), self._next)

    @property
    def is_stuck(self) -> bool:
        """Whether the service has taken nothing for so long that asking on would only add to its load."""
        return self._falls_in_a_row >= MOST_FALLS

    @property
    def batch_size(self) -> int:
        """How many source servers to look at together: no more than can be written while the evidence is young."""
        if self._rate is None:
            return LARGEST_BATCH
        return max(1, min(LARGEST_BATCH, int(self._rate * YOUNG.total_seconds())))
