"""Time that passes without anybody waiting for it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from finalize_cutover.aws.clients import Clients
from finalize_cutover.bootstrap import AwsAdapters, bootstrap
from finalize_cutover.cutover.ports import Services
from finalize_cutover.settings import read_settings

# Moved, the clock of the local AWS makes what MGN did in the meantime older, which two requests at once would see
# differently: for the few seconds between a conflict and the look after it, only our own clock moves.
SHORTEST_MOVE = 10  # s


class MovingClock:
    """
    A clock on which waiting takes no time: the clock of the local AWS is moved instead.

    Args:
        aws: The local AWS.

        shortest_move: Seconds of a sleep that moves the clock of the local AWS.

    Attributes:
        sleeps: Every sleep, in seconds.

        on_sleep: Called after each of those that wait for a server.

        on_work: Called with the services of each request when the work begins, after the timer was set; returns the
            services to work with.

        handler: The function's handler by this clock.
    """

    def __init__(self, aws: Any, *, shortest_move: float = SHORTEST_MOVE) -> None:
        self.sleeps: list[float] = []
        self.on_sleep: Callable[[], object] = lambda: None
        self.on_work: Callable[[Services], Services] = lambda services: services
        self._aws = aws
        self._shortest_move = shortest_move
        self._ahead = timedelta()
        self._clients = Clients()
        self.handler = bootstrap(clock=self, services=self._services)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self._ahead += timedelta(seconds=seconds)
        if seconds >= self._shortest_move:
            self._aws.advance(seconds)
            self.on_sleep()

    def set_back(self, seconds: float) -> None:
        """Let it be earlier, so that a timer that was set before fires early."""
        self._ahead -= timedelta(seconds=seconds)

    def _services(self, account_id: str | None, until: datetime) -> Services:
        adapters = AwsAdapters(read_settings(os.environ), self, self._clients)
        return self.on_work(adapters.services(account_id, until))
