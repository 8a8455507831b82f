"""
The standard library's clock, locks, timers, threads and sockets, for code that runs on a simulated machine.

No code of this project is replaced.  Threads outside of the simulated machine still use the real standard library.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

from tests.simulation.virtual.machine import Task
from tests.simulation.virtual.threads import owner_of_this_thread

_SLEEP, _MONOTONIC, _LOCK, _TIMER = time.sleep, time.monotonic, threading.Lock, threading.Timer
_SUBMIT, _SHUTDOWN, _CONNECT = ThreadPoolExecutor.submit, ThreadPoolExecutor.shutdown, socket.create_connection


@contextlib.contextmanager
def installed() -> Iterator[None]:
    """Make code on a simulated machine use that machine's time, threads and network."""
    with contextlib.ExitStack() as stack:
        for module, name, substitute in (
            (time, "sleep", _sleep),
            (time, "monotonic", _monotonic),
            (threading, "Lock", _lock),
            (threading, "Timer", _timer),
            (ThreadPoolExecutor, "submit", _submit),
            (ThreadPoolExecutor, "shutdown", _shutdown),
            (socket, "create_connection", _connect),
        ):
            stack.enter_context(mock.patch.object(module, name, substitute))
        yield


def this_task() -> Task | None:
    """Return the task of this thread; None outside of the simulation."""
    return owner_of_this_thread()


def _sleep(seconds: float) -> None:
    task = this_task()
    task.pause(seconds) if task else _SLEEP(seconds)


def _monotonic() -> float:
    task = this_task()
    return task.machine.now if task else _MONOTONIC()


def _lock() -> Any:
    return Lock() if this_task() else _LOCK()


class Lock:
    """A lock that its waiters get in order of arrival."""

    def __init__(self) -> None:
        self._is_held = False
        self._waiters: list[Task] = []

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: ARG002 - threading's signature
        task = this_task()
        if task:
            task.check_alive()
        while self._is_held:
            if not blocking or task is None:
                return False
            self._waiters.append(task)
            task.park()
        self._is_held = True
        return True

    def release(self) -> None:
        self._is_held = False
        if self._waiters:
            self._waiters.pop(0).wake()

    def locked(self) -> bool:
        return self._is_held

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def _timer(seconds: float, function: Callable[..., object], *rest: Any) -> Any:
    task = this_task()
    return Timer(task, seconds, function) if task else _TIMER(seconds, function, *rest)


class Timer:
    """A timer that starts a thread of the process when it fires."""

    daemon = True

    def __init__(self, task: Task, seconds: float, function: Callable[[], object]) -> None:
        self._task = task
        self._seconds = seconds
        self._function = function
        self._is_cancelled = False

    def start(self) -> None:
        self._task.machine.after(self._seconds, self._fire)

    def cancel(self) -> None:
        self._is_cancelled = True

    def _fire(self) -> None:
        if not self._is_cancelled and not self._task.process.is_dead:
            self._task.process.start(self._function)


class Future:
    """The result of work in a pool."""

    def __init__(self, task: Task, work: Callable[[], object], done: Callable[["Future"], object]) -> None:
        self._result: object = None
        self._error: BaseException | None = None
        self._is_done = False
        self._waiters: list[_Waiter] = []
        self._work = work
        self._on_done = done
        self._task = task.process.start(self._run)

    def _run(self) -> None:
        try:
            self._result = self._work()
        except Exception as error:  # noqa: BLE001 - raised again by ``result``
            self._error = error
        self._is_done = True
        self._on_done(self)
        for waiter in self._waiters:
            waiter.wake()

    @property
    def is_lost(self) -> bool:
        """Whether its process has ended, so that there will be no result."""
        return self._task.process.is_dead

    def done(self) -> bool:
        return self._is_done

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to *timeout* seconds for the result; return whether it is available."""
        task = this_task()
        assert task is not None
        task.check_alive()
        if not self._is_done:
            waiter = _Waiter(task)
            self._waiters.append(waiter)
            if timeout is not None:
                task.machine.after(timeout, waiter.wake)
            task.park()
        return self._is_done

    def result(self, timeout: float | None = None) -> object:
        if not self.wait(timeout):
            self._task.is_abandoned = True
            raise TimeoutError
        if self._error:
            raise self._error
        return self._result

    def cancel(self) -> bool:
        return False  # it has started, and continues


class _Waiter:
    """A task that waits for one of two events; only the first one wakes it."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._is_awake = False

    def wake(self) -> None:
        if not self._is_awake:
            self._is_awake = True
            self._task.wake()


def _submit(self: Any, function: Callable[..., object], /, *args: Any, **options: Any) -> Any:
    task = this_task()
    if task is None:
        return _SUBMIT(self, function, *args, **options)
    # A pool can outlive its histories: keep only the entries that can still have waiters, in their order.
    pending: dict[Future, None] = self.__dict__.setdefault("simulated", {})
    for lost in [future for future in pending if future.is_lost]:
        del pending[lost]
    # The pool's limit of threads matters only for histories with more servers than threads.
    future = Future(task, lambda: function(*args, **options), lambda done: pending.pop(done, None))
    pending[future] = None
    return future


def _shutdown(self: Any, wait: bool = True, **options: Any) -> None:
    for future in list(self.__dict__.get("simulated", ())):
        future.wait()
    _SHUTDOWN(self, wait, **options)


def _connect(address: tuple[str, int], timeout: Any = None, *rest: Any, **options: Any) -> Any:
    task = this_task()
    if task is None:
        return _CONNECT(address, timeout, *rest, **options)
    task.check_alive()
    return task.machine.connect(address[0], timeout)
