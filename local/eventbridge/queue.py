"""
Lambda's queue of asynchronous events: a caller hands one over and does not wait.

An event that the function fails on is given to it again, twice, unchanged.  And the queue is eventually consistent:
now and then it delivers an event more than once even if nothing failed.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

# What runs a function for one event; raises what the function fails with.
Run = Callable[[dict[str, Any]], object]


@dataclass(slots=True, kw_only=True)
class Delivery:
    """
    What became of one event.

    Attributes:
        attempts: How each finished attempt ended, in order: None, or what the function failed with.
    """

    attempts: list[Exception | None] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until no attempt runs or is still to come; tell whether that is so."""
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        for thread in self._threads:
            thread.join(None if deadline is None else max(0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQueue:
    """
    How events are delivered.

    Attributes:
        retry_delays: Seconds before each further attempt, after the function failed.

        copies: How often each event is delivered.

        overlapping: Whether the copies run at the same time, not one after the other.
    """

    retry_delays: Sequence[float] = (60, 120)
    copies: int = 1
    overlapping: bool = False

    def send(self, run: Run, event: dict[str, Any]) -> Delivery:
        """Deliver *event* to *run*, and do not wait for that."""
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
    except Exception as error:  # noqa: BLE001 - a function error is kept, whatever it is
        return error
    return None
