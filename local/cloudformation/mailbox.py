"""Where the answer to one request arrives, and what arrived."""

import queue
import time
from dataclasses import dataclass, field

from local.cloudformation.requests import Document


@dataclass(slots=True, kw_only=True)
class Put:
    """
    One HTTP request to a response URL.

    Attributes:
        target: Path and query.

        headers: Names in lower case.

        stored: Whether S3 kept the body, so that CloudFormation can read it.

        status: What S3 answered; None when it cut the connection.

        delivered: Whether the sender got that answer, as far as S3 can tell.

        received_at: When it had come whole, in seconds of the epoch by the wall clock.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    stored: bool
    status: int | None
    delivered: bool = False
    received_at: float = field(default_factory=time.time)


@dataclass(slots=True, kw_only=True)
class Mailbox:
    """
    The place for the answer to one request.

    Attributes:
        document: The request, with its ``ResponseURL``.

        target: Path and query of that URL.

        puts: Everything sent there, stored or refused, in order.
    """

    document: Document
    target: str
    puts: list[Put] = field(default_factory=list)
    _news: "queue.SimpleQueue[bytes | None]" = field(default_factory=queue.SimpleQueue)

    def keep(self, put: Put) -> None:
        """Record *put*, and let CloudFormation read it if it was stored."""
        self.puts.append(put)
        if put.stored:
            self._news.put(put.body)

    def cancel(self) -> None:
        """Wake up who waits, without an answer."""
        self._news.put(None)

    def wait(self, timeout_seconds: float) -> bytes | None:
        """
        Return the first body stored; None if waiting was cancelled.

        Raises:
            TimeoutError: Nothing came within *timeout_seconds*.
        """
        try:
            return self._news.get(timeout=timeout_seconds)
        except queue.Empty:
            raise TimeoutError from None
