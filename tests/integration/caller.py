"""Calls the function's own handler, which calls the local AWS over HTTP as it calls AWS from Lambda."""

import os
from typing import Any

from local.client import LocalAws
from tests.moving_clock import MovingClock

WRITES = {"FinalizeCutover", "MarkAsArchived"}


class Context:
    """The members of Lambda's context that the function uses."""

    aws_request_id = "b1f8b5d8-0000-4000-8000-000000000000"

    def __init__(self, seconds_left: float) -> None:
        self._milliseconds = int(seconds_left * 1000)

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


class Caller:
    """
    The handler in a new environment, in which pauses take no time.

    Attributes:
        aws: The local AWS that it calls.
    """

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws
        self._handler = MovingClock(aws, shortest_move=0).handler
        self.redirect(aws.url)

    def redirect(self, url: str) -> None:
        """Send calls to AWS to *url* from now on."""
        for service in ("MGN", "EC2", "CLOUDWATCH", "SSM", "LAMBDA"):
            os.environ[f"AWS_ENDPOINT_URL_{service}"] = url

    def ask(self, server_id: str, *, seconds_left: float = 900, **request: Any) -> dict[str, Any]:
        """Send a request about one source server, with ``waitMinutes`` 0 by default."""
        return self.send({"sourceServerID": server_id, "waitMinutes": 0, **request}, seconds_left=seconds_left)

    def send(self, event: Any, *, seconds_left: float = 900) -> dict[str, Any]:
        """Clear the call log, and call the handler with *event*."""
        self.aws.clear_calls()
        return self._handler(event, Context(seconds_left))

    @property
    def writes(self) -> list[str]:
        """The writes of the last request."""
        return [operation for operation in self.aws.operations() if operation in WRITES]
