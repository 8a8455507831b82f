"""
A simulated machine: its time is a number, its threads run one at a time, and a seed determines the order of events.

The function's code runs on it unchanged: ``stdlib.py`` replaces sleeping, locks, timers, threads and connections, and
each of these operations can switch to another thread.
"""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.simulation.virtual.threads import Thread

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process was killed: code that still runs during unwinding has no effect."""


class Machine:
    """
    The simulated time, and the scheduled effects.

    Attributes:
        now: Seconds since the start.

        connect: Called with ``(host, timeout)`` for each connection; returns a socket.

        is_stopped: Set to stop the machine early.
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
        """Schedule *effect* in *seconds*."""
        heapq.heappush(self._agenda, (self.now + seconds, next(self._count), effect))

    def is_next(self, moment: float) -> bool:
        """Return whether nothing else is due until *moment*."""
        return not self._agenda or self._agenda[0][0] > moment

    def run(self) -> None:
        """Run all due effects until there are none."""
        while self._agenda and not self.is_stopped:
            self.now, _, effect = heapq.heappop(self._agenda)
            effect()


class Process:
    """A process whose threads start and end together: one invocation of the function."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.is_dead = False
        self._tasks: list[Task] = []

    def start(self, work: Callable[[], object]) -> "Task":
        """Start *work* in a new thread, as soon as all threads wait."""
        task = Task(self, work)
        self._tasks.append(task)
        self.machine.after(0, task.resume)
        return task

    def kill(self) -> None:
        """Kill every thread at its current position; call it only from outside of the process."""
        self.is_dead = True
        for task in self._tasks:
            task.resume()


class Task:
    """
    One thread of a process.

    It runs until it waits.  A thread of a killed process still unwinds, because Python cannot end it otherwise, but
    everything that it tries raises Killed.

    Attributes:
        is_abandoned: Whether no code waits for its result any more.
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
        """Run the thread until it waits or ends; do nothing if it has ended."""
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
        except BaseException as error:  # noqa: BLE001 - raised again in the machine's thread
            self._error = error
        self._is_over = True

    def pause(self, seconds: float) -> None:
        """Wait for *seconds*; call it only from the thread itself."""
        self.check_alive()
        wakes = self.machine.now + max(0.0, seconds)
        if self.machine.is_next(wakes):
            self.machine.now = wakes  # no other thread is due
            return
        self.machine.after(max(0.0, seconds), self.resume)
        self.park()

    def park(self) -> None:
        """Wait until the thread is resumed; call it only from the thread itself."""
        self.check_alive()
        assert self._thread is not None
        self._thread.give_back()
        self.check_alive()

    def check_alive(self) -> None:
        """Raise Killed if the process was killed."""
        if self.process.is_dead:
            raise Killed

    def wake(self) -> None:
        """Schedule its resumption, as soon as all threads wait."""
        self.machine.after(0, self.resume)


def _nobody_listens(host: str, _timeout: float) -> object:
    raise ConnectionRefusedError(host)
