"""A clock that runs several times as fast for the function, so that evidence becomes old quickly."""

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

    Calls to AWS and the SDK's own pauses use real time, so on this clock they take *speed* times as long.
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
        """Return the function's handler with this clock; time limits of calls to AWS use the wall clock."""
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
        return AwsAdapters(read_settings(os.environ), WallClock(), self._clients, {})

    def _real(self, moment: datetime) -> datetime:
        """Convert *moment* to the wall clock."""
        return datetime.now(UTC) + (moment - self.now()) / self.speed

    def real_seconds(self, seconds: float) -> float:
        """Convert *seconds* of this clock to real seconds."""
        return timedelta(seconds=seconds / self.speed).total_seconds()
