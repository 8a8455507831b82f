"""
Functions invoked asynchronously: handed an event, given it again when they fail, and in the end their failure is kept.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import threading
from dataclasses import dataclass, field
from typing import Any

from local.eventbridge import failures as events_failures
from local.eventbridge.queue import EventQueue
from local.lambda_runtime import moto_functions

Document = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Invocation:
    """
    What became of one event that a function was handed.

    Attributes:
        function: Its ARN.

        attempts: How each finished attempt ended, in order: its ``answer``, or ``errorType`` and ``errorMessage``.

        is_over: Whether no attempt is still to come, and a failure has been kept.
    """

    function: str
    event: Document
    attempts: list[Document] = field(default_factory=list)
    is_over: bool = False

    def document(self) -> Document:
        """Return it as JSON."""
        return {"function": self.function, "event": self.event, "attempts": list(self.attempts), "isOver": self.is_over}


class Invocations:
    """
    Every asynchronous invocation since the last reset, in order; safe to use from several threads.

    Attributes:
        retry_delays: Seconds before the second and the third attempt.  Lambda takes 60 and 120; we have no time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[Invocation] = []
        self.retry_delays: tuple[float, float] = (0, 0)

    def clear(self) -> None:
        """Forget them all; those under way go on, unseen."""
        with self._lock:
            self._all = []

    def documents(self) -> list[Document]:
        """Return them as JSON."""
        with self._lock:
            return [invocation.document() for invocation in self._all]

    def begin(self, arn: str, event: Document) -> None:
        """
        Hand *event* to the function, and do not wait for what becomes of it.

        Raises:
            FunctionNotFoundError: There is no such function, or nobody runs it.
        """
        run, function = moto_functions.find(arn), events_failures.named(arn)
        invocation = Invocation(function=arn, event=event)
        with self._lock:
            self._all.append(invocation)

        def attempt(event: Document) -> None:
            try:
                invocation.attempts.append({"answer": run(event)})
            except Exception as error:
                invocation.attempts.append({"errorType": type(error).__name__, "errorMessage": str(error)})
                raise

        def deliver() -> None:
            delivery = EventQueue(retry_delays=self.retry_delays[: events_failures.retries(function)]).send(
                attempt, event
            )
            delivery.wait()
            if error := delivery.attempts[-1]:
                events_failures.keep_failed(function, event, error, len(delivery.attempts))
            invocation.is_over = True

        threading.Thread(target=deliver, name="invocation", daemon=True).start()


INVOCATIONS = Invocations()
