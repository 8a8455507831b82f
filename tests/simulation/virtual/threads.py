"""Real threads, of which only one runs at a time: each one passes control explicitly."""

import _thread
import threading
from collections.abc import Callable
from typing import Any

# Held by the code that passed control to a thread, until the thread returns it.
_BACK = _thread.allocate_lock()
_BACK.acquire()
_IDLE: list["Thread"] = []
# Threads outside of the simulation do not use this mechanism.
_OWNERS: dict[int, Any] = {}


class Thread:
    """A reusable thread, because creating a new one takes longer than a switch."""

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
        """Set *work* for *owner*; the thread runs it when it next gets control."""
        self._owner, self._work = owner, work

    def go_on(self) -> None:
        """Pass control to the thread, and wait until it returns control."""
        self._turn.release()
        _BACK.acquire()

    def give_back(self) -> None:
        """Return control, and wait to get it again."""
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
    """Return the owner of this thread; None outside of the simulation."""
    return _OWNERS.get(threading.get_ident())
