"""Lambda: delivers events once or twice, ends invocations at their timeout, retries, and stores failed events."""

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
MOST_KILLS = 2  # per event: the third attempt is never killed


@dataclass(slots=True, kw_only=True)
class QueuedEvent:
    """
    An event on its way through Lambda's queue.

    Attributes:
        kills: Number of invocations that were killed at random.

        is_kept: Whether it is in the failure queue.
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
        handler: Returns the handler for an invocation.

        queued_events: All events that were sent.
    """

    def __init__(self, machine: Machine, chance: random.Random, weather: Weather, watch: Any) -> None:
        self.handler: Callable[[Invocation], LambdaHandler]
        self.queued_events: list[QueuedEvent] = []
        self._machine = machine
        self._chance = chance
        self._weather = weather
        self._watch = watch
        self._count = 0
        self._deliveries: dict[Invocation, tuple[QueuedEvent, int]] = {}

    def send(self, event: Any, asked: Asked) -> QueuedEvent:
        """Send *event* for an asynchronous invocation; it can be delivered twice, late and in any order."""
        queued_event = QueuedEvent(event=event, asked=asked)
        self.queued_events.append(queued_event)
        copies = 2 if self._chance.random() < self._weather.copy_rate else 1
        for copy in range(copies):
            late = self._chance.choice((1.0, 1.0, 30.0, 90.0) if copy else (0.3, 0.3, 0.3, 5.0, 60.0))
            self._machine.after(self._chance.uniform(0.02, late), partial(self._deliver, queued_event, 0))
        return queued_event

    def invoke(self, event: Any, asked: Asked) -> None:
        """Invoke the function and wait, as a direct caller does, without retries."""
        queued_event = QueuedEvent(event=event, asked=asked)
        self.queued_events.append(queued_event)
        self._deliver(queued_event, len(RETRY_AFTER))

    def crash(self, invocation: Invocation) -> None:
        """Kill *invocation*, unless it has ended, or invocations for its event were killed often enough."""
        queued_event, attempt = self._deliveries[invocation]
        if not invocation.is_dead and queued_event.kills < MOST_KILLS:
            queued_event.kills += 1
            self._kill(queued_event, attempt, invocation)

    def _deliver(self, queued_event: QueuedEvent, attempt: int) -> None:
        self._count += 1
        seconds = self._weather.lambda_timeout
        invocation = Invocation(
            self._machine, self._count, queued_event.event, queued_event.asked, seconds, self._watch
        )
        queued_event.invocations.append(invocation)
        self._deliveries[invocation] = queued_event, attempt
        self._watch.begins(invocation)
        invocation.start(partial(self._run, queued_event, attempt, invocation))
        self._machine.after(seconds, partial(self._cut_off, queued_event, attempt, invocation))
        if queued_event.kills < MOST_KILLS and self._chance.random() < self._weather.kill_rate:
            queued_event.kills += 1
            moment = self._chance.uniform(0, self._chance.choice((0.5, 2.0, 20.0)))
            self._machine.after(min(moment, seconds), partial(self._kill, queued_event, attempt, invocation))

    def _run(self, queued_event: QueuedEvent, attempt: int, invocation: Invocation) -> None:
        result, error = None, None
        try:
            result = self.handler(invocation)(queued_event.event, Context(invocation))
        except Killed:
            return
        except BaseException as raised:  # noqa: BLE001 - Lambda survives any exception
            error = raised
        # The thread cannot end its own process.
        self._machine.after(0, partial(self._end, queued_event, attempt, invocation, result, error))

    def _end(
        self, queued_event: QueuedEvent, attempt: int, invocation: Invocation, result: Any, error: BaseException | None
    ) -> None:
        if invocation.is_dead:
            return
        invocation.kill()
        self._watch.ends(invocation, result, error)
        if error:
            self._try_again(queued_event, attempt)

    def _kill(self, queued_event: QueuedEvent, attempt: int, invocation: Invocation) -> None:
        if not invocation.is_dead:
            invocation.was_killed = True
            invocation.kill()
            self._watch.killed(invocation)
            self._try_again(queued_event, attempt)

    def _cut_off(self, queued_event: QueuedEvent, attempt: int, invocation: Invocation) -> None:
        if not invocation.is_dead:
            invocation.kill()
            self._watch.cut_off(invocation)
            self._try_again(queued_event, attempt)

    def _try_again(self, queued_event: QueuedEvent, attempt: int) -> None:
        if attempt < len(RETRY_AFTER):
            seconds = RETRY_AFTER[attempt] * self._chance.uniform(0.9, 1.2)
            self._machine.after(seconds, partial(self._deliver, queued_event, attempt + 1))
        else:
            queued_event.is_kept = True
