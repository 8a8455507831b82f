"""The wall clock, for the core, which has none of its own."""

import time
from datetime import UTC, datetime


class WallClock:
    """The time as the operating system tells it."""

    def now(self) -> datetime:
        """Return the time, aware, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        time.sleep(seconds)
