"""Time that passes several times as fast for the function as for everybody else, so that evidence is old in no time."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from finalize_cutover.aws.clients import Clients
from finalize_cutover.bootstrap import AwsAdapters, LambdaHandler, bootstrap
from finalize_cutover.clock import WallClock
from finalize_cutover.cutover.ports import Services
from finalize_cutover.settings import read_settings


class HurriedClock:
    """
    A clock on which *speed* seconds pass in each second.

    A call to AWS takes as long as it takes, so that it seems to take *speed* times as long; so do the SDK's own pauses.
    """

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began_at = datetime.now(UTC)
        self._clients = Clients()

    def now(self) -> datetime:
        return self._began_at + (datetime.now(UTC) - self._began_at) * self.speed

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.speed)

    def handler(self) -> LambdaHandler:
        """Return the function's handler by this clock; calls to AWS are limited by the wall clock."""
        return bootstrap(
            clock=self,
            services=self._services,
            staging=lambda account_id, until: self._aws().staging(account_id, self._real(until)),
            stack=lambda stack_id, until: self._aws().stack(stack_id, self._real(until)),
            publisher=lambda until: self._aws().publisher(self._real(until)),
        )

    def _services(self, account_id: str | None, until: datetime) -> Services:
        return replace(self._aws().services(account_id, self._real(until)), clock=self)

    def _aws(self) -> AwsAdapters:
        return AwsAdapters(read_settings(os.environ), WallClock(), self._clients)

    def _real(self, moment: datetime) -> datetime:
        """Return *moment* by the wall clock."""
        return datetime.now(UTC) + (moment - self.now()) / self.speed

    def real_seconds(self, seconds: float) -> float:
        """Return how long *seconds* of this clock take."""
        return timedelta(seconds=seconds / self.speed).total_seconds()
