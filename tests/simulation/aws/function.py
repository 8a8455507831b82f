"""Lambda: it hands events to the function once or twice, cuts it off, tries again, and keeps what failed for good."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from finalize_cutover.bootstrap import LambdaHandler
from tests.simulation.aws.calls import Context
from tests.simulation.aws.invocation import Asked, Invocation
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.machine import Killed, Machine

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
RETRY_AFTER = (60.0, 120.0)  # seconds
MOST_KILLS = 2  # of one event: the third attempt is let through


@dataclass(slots=True, kw_only=True)
class Errand:
    """
    An event on its way through Lambda's queue.

    Attributes:
        kills: How often an invocation was killed for no fault of its own.

        is_kept: Whether the failure queue holds it.
    """

    event: Any
    asked: Asked
    invocations: list[Invocation] = field(default_factory=list)
    kills: int = 0
    is_kept: bool = False


class Function:
    """
    The function in Lambda.

    Attributes:
        handler: Returns the handler that an invocation runs.

        errands: Every event that was ever handed over.
    """

    def __init__(self, machine: Machine, chance: random.Random, weather: Weather, watch: Any) -> None:
        self.handler: Callable[[Invocation], LambdaHandler]
        self.errands: list[Errand] = []
        self._machine = machine
        self._chance = chance
        self._weather = weather
        self._watch = watch
        self._count = 0

    def send(self, event: Any, asked: Asked) -> Errand:
        """Hand over *event* for an asynchronous invocation; it may be delivered twice, late, in any order."""
        errand = Errand(event=event, asked=asked)
        self.errands.append(errand)
        copies = 2 if self._chance.random() < self._weather.copy_rate else 1
        for copy in range(copies):
            late = self._chance.choice((1.0, 1.0, 30.0, 90.0) if copy else (0.3, 0.3, 0.3, 5.0, 60.0))
            self._machine.after(self._chance.uniform(0.02, late), partial(self._deliver, errand, 0))
        return errand

    def invoke(self, event: Any, asked: Asked) -> None:
        """Invoke it and wait, as a direct caller does: nobody tries again."""
        errand = Errand(event=event, asked=asked)
        self.errands.append(errand)
        self._deliver(errand, len(RETRY_AFTER))

    def _deliver(self, errand: Errand, attempt: int) -> None:
        self._count += 1
        seconds = self._weather.lambda_timeout
        invocation = Invocation(self._machine, self._count, errand.event, errand.asked, seconds, self._watch)
        errand.invocations.append(invocation)
        self._watch.begins(invocation)
        invocation.start(partial(self._run, errand, attempt, invocation))
        self._machine.after(seconds, partial(self._cut_off, errand, attempt, invocation))
        if errand.kills < MOST_KILLS and self._chance.random() < self._weather.kill_rate:
            errand.kills += 1
            moment = self._chance.uniform(0, self._chance.choice((0.5, 2.0, 20.0)))
            self._machine.after(min(moment, seconds), partial(self._kill, errand, attempt, invocation))

    def _run(self, errand: Errand, attempt: int, invocation: Invocation) -> None:
        result, error = None, None
        try:
            result = self.handler(invocation)(errand.event, Context(invocation))
        except Killed:
            return
        except BaseException as raised:  # noqa: BLE001 - Lambda survives everything
            error = raised
        # The thread cannot end its own process.
        self._machine.after(0, partial(self._end, errand, attempt, invocation, result, error))

    def _end(
        self, errand: Errand, attempt: int, invocation: Invocation, result: Any, error: BaseException | None
    ) -> None:
        if invocation.is_dead:
            return
        invocation.kill()
        self._watch.ends(invocation, result, error)
        if error:
            self._try_again(errand, attempt)

    def _kill(self, errand: Errand, attempt: int, invocation: Invocation) -> None:
        if not invocation.is_dead:
            invocation.was_killed = True
            invocation.kill()
            self._watch.killed(invocation)
            self._try_again(errand, attempt)

    def _cut_off(self, errand: Errand, attempt: int, invocation: Invocation) -> None:
        if not invocation.is_dead:
            invocation.kill()
            self._watch.cut_off(invocation)
            self._try_again(errand, attempt)

    def _try_again(self, errand: Errand, attempt: int) -> None:
        if attempt < len(RETRY_AFTER):
            seconds = RETRY_AFTER[attempt] * self._chance.uniform(0.9, 1.2)
            self._machine.after(seconds, partial(self._deliver, errand, attempt + 1))
        else:
            errand.is_kept = True
