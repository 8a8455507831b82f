"""The PUTs to the response URL of one request."""

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

        stored: Whether S3 stored the body, so that CloudFormation can read it.

        status: HTTP status of S3's response; None if S3 closed the connection.

        delivered: Whether the sender received that response, as far as S3 can detect.

        received_at: Time at which the complete request had arrived, by the wall clock, in seconds since the epoch.
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
    Receives the response to one request.

    Attributes:
        document: The request, with its ``ResponseURL``.

        target: Path and query of that URL.

        puts: All PUTs to that URL, stored or refused, in order.
    """

    document: Document
    target: str
    puts: list[Put] = field(default_factory=list)
    _news: "queue.SimpleQueue[bytes | None]" = field(default_factory=queue.SimpleQueue)

    def keep(self, put: Put) -> None:
        """Record *put*; if it was stored, CloudFormation can read it."""
        self.puts.append(put)
        if put.stored:
            self._news.put(put.body)

    def cancel(self) -> None:
        """End the current ``wait`` without a response."""
        self._news.put(None)

    def wait(self, timeout_seconds: float) -> bytes | None:
        """
        Return the first stored body; None after ``cancel``.

        Raises:
            TimeoutError: No body was stored within *timeout_seconds*.
        """
        try:
            return self._news.get(timeout=timeout_seconds)
        except queue.Empty:
            raise TimeoutError from None
