"""Receives the responses to stacks, and records the times of the requests and of the responses."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

from local.cloudformation.endpoint import Endpoint
from local.cloudformation.faults import Fault
from local.cloudformation.mailbox import Mailbox, Put
from local.cloudformation.requests import Document


class TimedEndpoint(Endpoint):
    """
    An endpoint over TLS, with a fault for each delivery.

    Args:
        weather: Yields the fault for each valid delivery.

    Attributes:
        opened: ``{path and query: time of the request}``.

        arrived: ``{path and query: times of the deliveries}``.
    """

    def __init__(self, weather: Iterator[Fault]) -> None:
        self.opened: dict[str, datetime] = {}
        self.arrived: dict[str, list[datetime]] = {}
        self._weather = weather
        self._one_at_a_time = threading.Lock()
        super().__init__("https")

    def open(self, document: Document) -> Mailbox:
        """Sign a response URL for *document*, and record the time."""
        mailbox = super().open(document)
        self.opened[mailbox.target], self.arrived[mailbox.target] = datetime.now(UTC), []
        return mailbox

    def receive(self, put: Put) -> Fault:
        """Record the time of *put*, and return the fault for it."""
        with self._one_at_a_time:
            self.script(next(self._weather))
            self.arrived.setdefault(put.target, []).append(datetime.now(UTC))
            return super().receive(put)
