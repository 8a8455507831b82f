"""Real threads, of which one runs at a time: the turn is handed over, never taken."""

import _thread
import threading
from collections.abc import Callable
from typing import Any

# Held by whoever handed its turn to a thread, until that gives it back.
_BACK = _thread.allocate_lock()
_BACK.acquire()
_IDLE: list["Thread"] = []
# Outside of the simulation, a process has threads that know nothing of turns.
_OWNERS: dict[int, Any] = {}


class Thread:
    """A thread that is used again and again, since a new one costs more than a turn."""

    def __init__(self) -> None:
        self._turn = _thread.allocate_lock()
        self._turn.acquire()
        self._work: Callable[[], None] = lambda: None
        self._owner: Any = None
        threading.Thread(target=self._serve, daemon=True).start()

    @staticmethod
    def take() -> "Thread":
        """Return an idle thread."""
        return _IDLE.pop() if _IDLE else Thread()

    def begin(self, owner: Any, work: Callable[[], None]) -> None:
        """Let it do *work* for *owner* with its next turn."""
        self._owner, self._work = owner, work

    def go_on(self) -> None:
        """Hand it the turn, and wait until that comes back."""
        self._turn.release()
        _BACK.acquire()

    def give_back(self) -> None:
        """Give the turn back, and wait for the next."""
        _BACK.release()
        self._turn.acquire()

    def _serve(self) -> None:
        me = threading.get_ident()
        while True:
            self._turn.acquire()
            _OWNERS[me] = self._owner
            try:
                self._work()
            finally:
                _OWNERS[me] = None
                _IDLE.append(self)
                _BACK.release()


def owner_of_this_thread() -> Any | None:
    """Return for whom this thread works; None for one that takes no turns."""
    return _OWNERS.get(threading.get_ident())
