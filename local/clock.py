"""
A clock that can be moved forward, and what happens when it is.

Seen from outside, the local AWS never leaves the wall clock.  Moving the clock forward makes everything that has
happened so far *older*: inside, time is the wall clock plus an offset; a moment is shown with the offset taken away
again.  So programs that read the real clock see 90 minutes pass at once.

What takes time (a boot, a clean-up) is put off until its moment and happens then, in order, at its own time.
"""

import heapq
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count


class Clock:
    """
    The time of the local AWS, all accounts and Regions.

    Attributes:
        lock: Hold it while anything of MGN or EC2 is read or changed; neither moto nor we are safe without.

        ageing: Called with how far the clock was moved, so that what others keep by the wall clock grows older too.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.ageing: list[Callable[[timedelta], None]] = []
        self.reset()

    def reset(self) -> None:
        """Return to the wall clock, and forget what was to happen."""
        with self.lock:
            self._offset = timedelta()
            self._acting_at: datetime | None = None
            self._effects: list[tuple[datetime, int, object, Callable[[], object]]] = []
            self._order = count()

    def now(self) -> datetime:
        """Tell the time inside; while an effect happens, the moment that it was put off to."""
        return self._acting_at or datetime.now(UTC) + self._offset

    def ago(self, minutes: float) -> datetime:
        """Tell the moment inside that is *minutes* back."""
        return self.now() - timedelta(minutes=minutes)

    def outside(self, moment: datetime) -> datetime:
        """Return *moment* as the wall clock has it."""
        return moment - self._offset

    def shown(self, moment: datetime) -> str:
        """Return *moment* as MGN would show it: ISO 8601, UTC, with milliseconds."""
        return self.outside(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def inside(self, text: str) -> datetime:
        """
        Return the moment inside that is shown as *text*.

        Raises:
            ValueError: *text* is not a moment in ISO 8601.
        """
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) + self._offset

    def put_off(self, until: datetime, effect: Callable[[], object], *, owner: object) -> None:
        """Let *effect* happen when it is *until*, on behalf of *owner*; a moment in the past comes at the next look."""
        with self.lock:
            heapq.heappush(self._effects, (until, next(self._order), owner, effect))

    def forget(self, owner: object) -> None:
        """Let nothing happen any more that was put off on behalf of *owner*."""
        with self.lock:
            self._effects = [entry for entry in self._effects if entry[2] is not owner]
            heapq.heapify(self._effects)

    def settle(self) -> None:
        """Let everything happen that is due."""
        with self.lock:
            present = self.now()
            while self._effects and self._effects[0][0] <= present:
                self._acting_at, _, _, effect = heapq.heappop(self._effects)
                try:
                    effect()
                finally:
                    self._acting_at = None

    def advance(self, seconds: float) -> None:
        """Move forward by *seconds*; what falls due on the way happens at its own time."""
        step = timedelta(seconds=seconds)
        with self.lock:
            self._offset += step
            for age in self.ageing:
                age(step)
            self.settle()


CLOCK = Clock()
