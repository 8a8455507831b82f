"""Whether writes may still begin: no write is sent for a request that has been answered."""

import threading

from finalize_cutover.cutover.errors import OutOfTimeError


class WriteWindow:
    """
    The time in which one request may begin writes; safe to use from several threads.

    A write that begins is in flight until it ends.  Closing and beginning exclude each other, so that a write either
    counts as in flight when the request is answered, or is never sent.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_closed = False
        self._in_flight: dict[str, None] = {}

    def begin(self, server_id: str) -> None:
        """
        Note that a write about *server_id* is being sent.

        Raises:
            OutOfTimeError: The request has been answered.
        """
        with self._lock:
            if self._is_closed:
                raise OutOfTimeError(f"Source server {server_id} was not finalized: the request has been answered.")
            self._in_flight[server_id] = None

    def end(self, server_id: str) -> None:
        """Note that it is known what became of the write about *server_id*."""
        with self._lock:
            self._in_flight.pop(server_id, None)

    def close(self) -> tuple[str, ...]:
        """Let no further write begin; return the IDs of the source servers whose writes are in flight."""
        with self._lock:
            self._is_closed = True
            return tuple(self._in_flight)
