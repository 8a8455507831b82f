"""S3 for the responses to CloudFormation, over a simulated socket."""

import io
import random
import re
from collections.abc import Callable
from typing import Any

from tests.simulation.aws.weather import ANSWER_FAULTS, Weather
from tests.simulation.virtual.stdlib import this_task

REFUSED = {"503", "403", "404", "408", "425", "429"}


class Endpoint:
    """
    S3.

    Attributes:
        stored: Called with ``(request number, process, body)`` when S3 has stored an answer.
    """

    def __init__(self, chance: random.Random, weather: Weather) -> None:
        self.stored: Callable[[int, Any, bytes], None] = lambda *_: None
        self._chance = chance
        self._weather = weather

    def connect(self, _host: str, timeout: float) -> "Connection":
        """Return a connection with a timeout of *timeout* seconds."""
        return Connection(self, timeout)

    def put(self, number: int, body: bytes, timeout: float) -> bytes:
        """Handle a PUT; return the HTTP response."""
        task: Any = this_task()
        fault = self._fault()
        task.process.begins_to_answer()
        if fault:
            task.process.meets("PUT", fault, frozenset())
            task.process.record.answer_faults.append((task.machine.now, fault))
        task.pause(self._chance.uniform(0.01, 0.1))
        if fault == "reset":
            raise ConnectionResetError
        if fault == "hangs":
            task.pause(timeout)
            raise TimeoutError
        if fault in REFUSED:
            return _http(int(fault))
        task.process.watch.stores(task.process, number, body)
        self.stored(number, task.process, body)
        task.pause(self._chance.uniform(0.3, min(2.0, timeout)) if fault == "slow" else self._chance.uniform(0.01, 0.1))
        if fault == "reset after":
            raise ConnectionResetError
        return _http(200)

    def _fault(self) -> Any:
        rate = self._weather.answer_fault_rate
        return self._chance.choice(ANSWER_FAULTS) if rate and self._chance.random() < rate else None


class Connection:
    """The part of a socket that http.client needs."""

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._sent = b""

    def sendall(self, data: Any) -> None:
        self._sent += bytes(data)

    def makefile(self, _mode: str) -> io.BytesIO:
        head, _, body = self._sent.partition(b"\r\n\r\n")
        match = re.match(rb"PUT /(\d+)\?", head)
        assert match, head
        return io.BytesIO(self._endpoint.put(int(match[1]), body, self._timeout))

    def setsockopt(self, *_: object) -> None: ...

    def close(self) -> None: ...


def _http(status: int) -> bytes:
    return f"HTTP/1.1 {status} simulated\r\ncontent-length: 0\r\n\r\n".encode()
