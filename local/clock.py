"""
A clock that can be moved forward, with scheduled effects.

Clients always see wall-clock times.  Moving the clock forward makes all past events *older*: the internal time is the
wall clock plus an offset, and the offset is subtracted from every time shown to a client.  So a client sees 90 minutes
pass at once.

Anything that takes time (a boot, a clean-up) is scheduled as an effect, which runs in order, with its due time as the
current time.
"""

import heapq
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count


class Clock:
    """
    The time of the local AWS in all accounts and Regions.

    Attributes:
        lock: Hold it to read or change MGN or EC2 state; neither moto nor this package is thread-safe without it.

        ageing: Called with each forward step, to age times that other modules keep as wall-clock times.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.ageing: list[Callable[[timedelta], None]] = []
        self.reset()

    def reset(self) -> None:
        """Return to the wall clock, and delete all scheduled effects."""
        with self.lock:
            self._offset = timedelta()
            self._acting_at: datetime | None = None
            self._effects: list[tuple[datetime, int, object, Callable[[], object]]] = []
            self._order = count()

    def now(self) -> datetime:
        """Return the internal time; while an effect runs, its due time."""
        return self._acting_at or datetime.now(UTC) + self._offset

    @property
    def moved(self) -> float:
        """By how many seconds the clock was moved since the last reset."""
        return self._offset.total_seconds()

    def ago(self, minutes: float) -> datetime:
        """Return the internal time *minutes* ago."""
        return self.now() - timedelta(minutes=minutes)

    def outside(self, moment: datetime) -> datetime:
        """Convert *moment* from internal time to wall-clock time."""
        return moment - self._offset

    def shown(self, moment: datetime) -> str:
        """Return *moment* in MGN's format: ISO 8601, UTC, with milliseconds."""
        return self.outside(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def inside(self, text: str) -> datetime:
        """
        Convert *text*, a wall-clock time, to internal time.

        Raises:
            ValueError: *text* is not an ISO 8601 time.
        """
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) + self._offset

    def put_off(self, until: datetime, effect: Callable[[], object], *, owner: object) -> None:
        """Schedule *effect* for *until* on behalf of *owner*; a time in the past is due at the next ``settle``."""
        with self.lock:
            heapq.heappush(self._effects, (until, next(self._order), owner, effect))

    def forget(self, owner: object) -> None:
        """Cancel all scheduled effects of *owner*."""
        with self.lock:
            self._effects = [entry for entry in self._effects if entry[2] is not owner]
            heapq.heapify(self._effects)

    def settle(self) -> None:
        """Run all effects that are due."""
        with self.lock:
            present = self.now()
            while self._effects and self._effects[0][0] <= present:
                self._acting_at, _, _, effect = heapq.heappop(self._effects)
                try:
                    effect()
                finally:
                    self._acting_at = None

    def advance(self, seconds: float) -> None:
        """Move forward by *seconds*; run the effects that become due, each at its due time."""
        step = timedelta(seconds=seconds)
        with self.lock:
            self._offset += step
            for age in self.ageing:
                age(step)
            self.settle()


CLOCK = Clock()
