"""A clock on which waiting takes no real time."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from finalize_cutover.aws.clients import Clients
from finalize_cutover.bootstrap import AwsAdapters, bootstrap
from finalize_cutover.cutover.ports import Services
from finalize_cutover.settings import read_settings

# Moving the clock of the local AWS makes MGN's events older, which two concurrent requests would see differently.  So
# for the few seconds between a conflict and the next read, only this clock moves.
SHORTEST_MOVE = 10  # s


class MovingClock:
    """
    A clock on which waiting takes no real time: it moves the clock of the local AWS instead.

    Args:
        aws: The local AWS.

        shortest_move: Shortest sleep, in seconds, that moves the clock of the local AWS.

    Attributes:
        sleeps: Every sleep, in seconds.

        on_sleep: Called after each sleep that waits for a server.

        on_work: Called with the services of each request at the start of the work, after the timer is set; returns the
            services to use.

        handler: The function's handler with this clock.
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
        """Set the clock back, so that an earlier timer fires early."""
        self._ahead -= timedelta(seconds=seconds)

    def _services(self, account_id: str | None, until: datetime) -> Services:
        adapters = AwsAdapters(read_settings(os.environ), self, self._clients, {})
        return self.on_work(adapters.services(account_id, until))
