"""Time that passes without anybody waiting for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from finalize_cutover.cutover.look import World
from finalize_cutover.doors import custom_resource
from finalize_cutover.doors.call import Call
from finalize_cutover.log import log_invocation
from finalize_cutover.wiring import call_for

# Moved, the clock of the local AWS makes what MGN did in the meantime older, which two requests at once would see
# differently: for the few seconds between a conflict and the look after it, only our own clock moves.
SHORTEST_MOVE = 10  # s


class MovingClock:
    """
    A clock on which waiting takes no time: the clock of the local AWS is moved instead.

    Attributes:
        sleeps: Every sleep, in seconds.

        on_sleep: Called after each of those that wait for a server.

        on_work: Called with the world of each request when the work begins, after the timer was set; returns the world
            to work with.
    """

    def __init__(self, aws: Any) -> None:
        self.sleeps: list[float] = []
        self.on_sleep: Callable[[], object] = lambda: None
        self.on_work: Callable[[World], World] = lambda world: world
        self._aws = aws
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self._ahead += timedelta(seconds=seconds)
        if seconds >= SHORTEST_MOVE:
            self._aws.advance(seconds)
            self.on_sleep()

    def set_back(self, seconds: float) -> None:
        """Let it be earlier, so that a timer that was set before fires early."""
        self._ahead -= timedelta(seconds=seconds)

    def handler(self, event: dict[str, Any], context: Any) -> None:
        """Do as the function's own handler does, by this clock."""
        log_invocation(context)
        call = call_for(context)
        by_this_clock = replace(
            call,
            clock=self,
            make_world=lambda account_id, until: self._world(call, account_id, until),
            make_stack=lambda stack_id, until: call.make_stack(stack_id, until - self._ahead),
            deadline=self.now() + (call.deadline - call.clock.now()),
            ends_at=self.now() + (call.ends_at - call.clock.now()),
        )
        custom_resource.handle(event, by_this_clock)

    def _world(self, call: Call, account_id: str | None, until: datetime) -> World:
        """Return the world by this clock; its calls are limited by the real one."""
        return self.on_work(replace(call.make_world(account_id, until - self._ahead), clock=self))
