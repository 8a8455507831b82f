"""Time that passes several times as fast for the function as for everybody else, so that evidence is old in no time."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from finalize_cutover.cutover.look import World
from finalize_cutover.doors.call import Call
from finalize_cutover.log import log_invocation
from finalize_cutover.metrics import flush_metrics
from finalize_cutover.wiring import call_for


class HurriedClock:
    """
    A clock on which *speed* seconds pass in each second.

    A call to AWS takes as long as it takes, so that it seems to take *speed* times as long; so do the SDK's own pauses.
    """

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began_at = datetime.now(UTC)

    def now(self) -> datetime:
        return self._began_at + (datetime.now(UTC) - self._began_at) * self.speed

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.speed)

    def handler(self, door: str) -> Any:
        """Return what does as the function's own handler does for requests of *door*, by this clock."""
        handle = import_module(f"finalize_cutover.doors.{door}").handle

        def handler(event: dict[str, Any], context: Any) -> Any:
            log_invocation(context)
            try:
                return handle(event, self._call(context))
            finally:
                flush_metrics()

        return handler

    def _call(self, context: Any) -> Call:
        call = call_for(context)
        return replace(
            call,
            clock=self,
            make_world=lambda account_id, until: self._world(call, account_id, until),
            make_stack=lambda stack_id, until: call.make_stack(stack_id, self._real(until)),
            make_staging=lambda account_id, until: call.make_staging(account_id, self._real(until)),
            make_announcements=lambda until: call.make_announcements(self._real(until)),
            deadline=self.now() + (call.deadline - call.clock.now()),
            ends_at=self.now() + (call.ends_at - call.clock.now()),
        )

    def _world(self, call: Call, account_id: str | None, until: datetime) -> World:
        return replace(call.make_world(account_id, self._real(until)), clock=self)

    def _real(self, moment: datetime) -> datetime:
        """Return *moment* by the wall clock, by which calls to AWS are limited."""
        return datetime.now(UTC) + (moment - self.now()) / self.speed

    def real_seconds(self, seconds: float) -> float:
        """Return how long *seconds* of this clock take."""
        return timedelta(seconds=seconds / self.speed).total_seconds()
