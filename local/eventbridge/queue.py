"""
Lambda's queue for asynchronous events: the caller sends an event and does not wait.

Lambda retries an event on which the function fails, unchanged, up to two times.  The queue is eventually consistent:
it sometimes delivers an event more than once, even if nothing failed.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

# Runs a function for one event; raises the function's error.
Run = Callable[[dict[str, Any]], object]


@dataclass(slots=True, kw_only=True)
class Delivery:
    """
    The delivery of one event.

    Attributes:
        attempts: Results of the finished attempts, in order: None, or the function's error.
    """

    attempts: list[Exception | None] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until all attempts have ended, for *timeout_seconds* at most; return whether they have."""
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        for thread in self._threads:
            thread.join(None if deadline is None else max(0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQueue:
    """
    Settings for the delivery of events.

    Attributes:
        retry_delays: Seconds before each retry, after the function failed.

        copies: Number of deliveries of each event.

        overlapping: Whether the copies run at the same time instead of one after the other.
    """

    retry_delays: Sequence[float] = (60, 120)
    copies: int = 1
    overlapping: bool = False

    def send(self, run: Run, event: dict[str, Any]) -> Delivery:
        """Deliver *event* to *run* without waiting."""
        delivery = Delivery()
        rounds = [1] * self.copies if self.overlapping else [self.copies]
        for copies in rounds:
            arguments = (run, event, copies, delivery)
            thread = threading.Thread(target=self._deliver, args=arguments, daemon=True)
            delivery._threads.append(thread)  # noqa: SLF001 - of this module
            thread.start()
        return delivery

    def _deliver(self, run: Run, event: dict[str, Any], copies: int, delivery: Delivery) -> None:
        for _ in range(copies):
            for delay in (0, *self.retry_delays):
                time.sleep(delay)
                error = _attempt(run, event)
                delivery.attempts.append(error)
                if error is None:
                    break


def _attempt(run: Run, event: dict[str, Any]) -> Exception | None:
    try:
        run(event)
    except Exception as error:  # noqa: BLE001 - any function error is recorded
        return error
    return None
