"""The latency of the local AWS, and the call rate above which it throttles."""

import threading
import time
from collections.abc import Mapping


class Pace:
    """
    A latency for all calls, and a token bucket for the calls to MGN in each account.

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
            # {account: (tokens, when they were counted)}
            self._buckets: dict[str, tuple[float, float]] = {}

    def admits(self, service: str, account: str) -> bool:
        """Return whether a call to *service* is within the rate of *account*, and count it if it is."""
        if service != "mgn" or self._rate is None:
            return True
        with self._lock:
            now = time.monotonic()
            before, counted_at = self._buckets.get(account, (self._burst, now))
            tokens = min(self._burst, before + (now - counted_at) * self._rate)
            is_admitted = tokens >= 1
            self._buckets[account] = (tokens - is_admitted, now)
            return is_admitted
