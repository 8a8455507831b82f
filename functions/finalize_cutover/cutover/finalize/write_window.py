"""Prevents writes after the response: no write starts for a request that has its response."""

import threading

from finalize_cutover.cutover.errors import OutOfTimeError


class WriteWindow:
    """
    The time in which one request may start writes; safe to use from several threads.

    A started write is in flight until it ends.  ``close`` and ``begin`` exclude each other: when the response is sent,
    a write is either in flight or never sent.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_closed = False
        self._in_flight: dict[str, None] = {}

    def begin(self, server_id: str) -> None:
        """
        Record that a write for *server_id* is being sent.

        Raises:
            OutOfTimeError: The response has been sent.
        """
        with self._lock:
            self._check(server_id)
            self._in_flight[server_id] = None

    def check(self, server_id: str) -> None:
        """
        Check that no response was sent, before a change that is not the write itself.

        Raises:
            OutOfTimeError: The response has been sent.
        """
        with self._lock:
            self._check(server_id)

    def _check(self, server_id: str) -> None:
        if self._is_closed:
            raise OutOfTimeError(f"Source server {server_id} was not finalized: the response was already sent.")

    def end(self, server_id: str) -> None:
        """Record that the outcome of the write for *server_id* is known."""
        with self._lock:
            self._in_flight.pop(server_id, None)

    def close(self) -> tuple[str, ...]:
        """Allow no more writes; return the IDs of the source servers whose writes are in flight."""
        with self._lock:
            self._is_closed = True
            return tuple(self._in_flight)
