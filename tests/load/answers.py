"""Where stacks are answered: it knows when each request was handed out, and when each answer came."""

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
        weather: What becomes of each delivery that is as it should be.

    Attributes:
        opened: ``{path and query: when the request was handed out}``.

        arrived: ``{path and query: when each delivery came}``.
    """

    def __init__(self, weather: Iterator[Fault]) -> None:
        self.opened: dict[str, datetime] = {}
        self.arrived: dict[str, list[datetime]] = {}
        self._weather = weather
        self._one_at_a_time = threading.Lock()
        super().__init__("https")

    def open(self, document: Document) -> Mailbox:
        """Sign a URL for the answer to *document*, and note when."""
        mailbox = super().open(document)
        self.opened[mailbox.target], self.arrived[mailbox.target] = datetime.now(UTC), []
        return mailbox

    def receive(self, put: Put) -> Fault:
        """Note when *put* came, and decide what becomes of it."""
        with self._one_at_a_time:
            self.script(next(self._weather))
            self.arrived.setdefault(put.target, []).append(datetime.now(UTC))
            return super().receive(put)
