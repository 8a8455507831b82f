"""The system clock; the core receives it as a port."""

import time
from datetime import UTC, datetime


class WallClock:
    """The operating system's clock."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        time.sleep(seconds)
