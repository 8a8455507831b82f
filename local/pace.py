"""The latency of the local AWS, and the call rate above which it throttles."""

import threading
import time
from collections.abc import Mapping


class Pace:
    """
    A latency for all calls, and a token bucket for calls to MGN.

    AWS publishes no request rates for MGN.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.set({})

    def set(self, pace: Mapping[str, float]) -> None:
        """
        Set ``latencyMs``, ``callsPerSecond`` and ``burst`` (number of calls; defaults to the calls per second).

        Raises:
            ValueError: *pace* has an unknown member.
        """
        if unknown := pace.keys() - {"latencyMs", "callsPerSecond", "burst"}:
            raise ValueError(f"Unknown members of a pace: {', '.join(sorted(unknown))}.")
        with self._lock:
            self.latency = pace.get("latencyMs", 0) / 1000
            self._rate = pace.get("callsPerSecond")
            self._burst = pace.get("burst", max(1.0, self._rate or 0))
            self._tokens = self._burst
            self._filled = time.monotonic()

    def admits(self, service: str) -> bool:
        """Return whether a call to *service* is within the rate, and count it if it is."""
        if service != "mgn" or self._rate is None:
            return True
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
            self._filled = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
