"""
A machine whose time is a number, whose threads take turns, and whose every order of events follows from a seed.

Code that runs on it is ours, unchanged: it sleeps, locks, starts timers and threads, and connects as it always does
(``stdlib.py`` sees to that), and whenever it does, somebody else may have the turn.
"""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.simulation.virtual.threads import Thread

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process has ended in the middle: what is still unwound has no effect on anything."""


class Machine:
    """
    Time, and what is due when.

    Attributes:
        now: Seconds since the start.

        connect: Called with ``(host, timeout)`` for each connection; returns a socket.

        is_stopped: Set by whoever has seen enough.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.connect: Callable[[str, float], object] = _nobody_listens
        self.is_stopped = False
        self._agenda: list[tuple[float, int, Callable[[], object]]] = []
        self._count = itertools.count()

    def date(self, moment: float | None = None) -> datetime:
        """Return *moment*, or now, as a date."""
        return START + timedelta(seconds=self.now if moment is None else moment)

    def after(self, seconds: float, effect: Callable[[], object]) -> None:
        """Let *effect* happen in *seconds*."""
        heapq.heappush(self._agenda, (self.now + seconds, next(self._count), effect))

    def is_next(self, moment: float) -> bool:
        """Whether nothing else is due until *moment*."""
        return not self._agenda or self._agenda[0][0] > moment

    def run(self) -> None:
        """Let everything happen that is due, until nothing is."""
        while self._agenda and not self.is_stopped:
            self.now, _, effect = heapq.heappop(self._agenda)
            effect()


class Process:
    """Threads that live and die together: one invocation of the function."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.is_dead = False
        self._tasks: list[Task] = []

    def start(self, work: Callable[[], object]) -> "Task":
        """Let *work* begin in a thread of its own, as soon as everybody waits."""
        task = Task(self, work)
        self._tasks.append(task)
        self.machine.after(0, task.resume)
        return task

    def kill(self) -> None:
        """End every thread where it stands; only for those outside of it."""
        self.is_dead = True
        for task in self._tasks:
            task.resume()


class Task:
    """
    One thread of a process.

    It runs until it waits.  A dead process's thread still unwinds, because Python knows no other way to end one, but
    everything that it tries ends in Killed.

    Attributes:
        is_abandoned: Whether nobody waits for its result any more.
    """

    def __init__(self, process: Process, work: Callable[[], object]) -> None:
        self.process = process
        self.machine = process.machine
        self.is_abandoned = False
        self._work = work
        self._thread: Thread | None = None
        self._error: BaseException | None = None
        self._is_over = False

    def resume(self) -> None:
        """Give it the turn until it waits or ends; nothing happens to one that is over."""
        if self._is_over:
            return
        if self._thread is None:
            if self.process.is_dead:
                self._is_over = True
                return
            self._thread = Thread.take()
            self._thread.begin(self, self._run)
        self._thread.go_on()
        if self._error:
            raise self._error

    def _run(self) -> None:
        try:
            self._work()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where the machine runs
            self._error = error
        self._is_over = True

    def pause(self, seconds: float) -> None:
        """Wait for *seconds*; only for the thread itself."""
        self.check_alive()
        wakes = self.machine.now + max(0.0, seconds)
        if self.machine.is_next(wakes):
            self.machine.now = wakes  # nobody else wants the turn
            return
        self.machine.after(max(0.0, seconds), self.resume)
        self.park()

    def park(self) -> None:
        """Wait until somebody resumes it; only for the thread itself."""
        self.check_alive()
        assert self._thread is not None
        self._thread.give_back()
        self.check_alive()

    def check_alive(self) -> None:
        """Go on, unless the process is dead."""
        if self.process.is_dead:
            raise Killed

    def wake(self) -> None:
        """Let it be resumed as soon as everybody waits."""
        self.machine.after(0, self.resume)


def _nobody_listens(host: str, _timeout: float) -> object:
    raise ConnectionRefusedError(host)
