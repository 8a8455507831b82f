"""Time that passes without anybody waiting for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from finalize_cutover.doors import custom_resource
from finalize_cutover.log import log_invocation
from finalize_cutover.wiring import call_for


class MovingClock:
    """
    A clock on which waiting takes no time: the clock of the local AWS is moved instead.

    Attributes:
        sleeps: Every sleep, in seconds.

        on_sleep: Called after each.
    """

    def __init__(self, aws: Any) -> None:
        self.sleeps: list[float] = []
        self.on_sleep: Callable[[], object] = lambda: None
        self._aws = aws
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self._ahead += timedelta(seconds=seconds)
        self._aws.advance(seconds)
        self.on_sleep()

    def handler(self, event: dict[str, Any], context: Any) -> None:
        """Do as the function's own handler does, by this clock."""
        log_invocation(context)
        call = call_for(context)
        by_this_clock = replace(
            call,
            clock=self,
            world=lambda account_id: replace(call.world(account_id), clock=self),
            deadline=self.now() + (call.deadline - call.clock.now()),
        )
        custom_resource.handle(event, by_this_clock)
