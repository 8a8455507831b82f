"""
Asynchronous invocations of functions, with retries and failure destinations.

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
    One event sent to a function, and the attempts to handle it.

    Attributes:
        function: ARN of the function.

        attempts: Results of the finished attempts, in order: ``answer``, or ``errorType`` and ``errorMessage``.

        is_over: True after the last attempt, and after a failure has been sent to its queues.
    """

    function: str
    event: Document
    attempts: list[Document] = field(default_factory=list)
    is_over: bool = False

    def document(self) -> Document:
        """Return the invocation as a JSON object."""
        return {"function": self.function, "event": self.event, "attempts": list(self.attempts), "isOver": self.is_over}


class Invocations:
    """
    Every asynchronous invocation since the last reset, in order.  Thread-safe.

    Attributes:
        retry_delays: Seconds before the second and the third attempt.  Lambda waits 60 and 120; the default is 0.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[Invocation] = []
        self.retry_delays: tuple[float, float] = (0, 0)

    def clear(self) -> None:
        """Delete all invocations; those that still run continue, but are not listed."""
        with self._lock:
            self._all = []

    def documents(self) -> list[Document]:
        """Return all invocations as JSON objects."""
        with self._lock:
            return [invocation.document() for invocation in self._all]

    def begin(self, arn: str, event: Document) -> None:
        """
        Send *event* to the function without waiting for the result.

        Raises:
            FunctionNotFoundError: The function does not exist, or no callable is registered for it.
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
