"""
Lambda's execution environments, simulated in this process.

An environment starts once and then handles one event at a time, so concurrent events never share a handler's state.
While all environments are busy, a further event starts another one.

Difference from Lambda: if a handler exceeds its timeout, the caller gets an error and the environment is discarded, but
its thread cannot be killed.  The Runtime Interface Emulator kills the process.
"""

import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any, cast
from unittest.mock import patch

Handler = Callable[[dict[str, Any], Any], Any]


class FunctionTimeoutError(Exception):
    """The function did not return in time."""

    def __init__(self, timeout_seconds: float) -> None:
        super().__init__(f"Task timed out after {timeout_seconds:.2f} seconds")


class FunctionExitError(Exception):
    """The function's process exited."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__(f"Runtime exited: {type(reason).__name__} {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaContext:
    """
    The context object that Lambda passes to a handler.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html

    Attributes:
        deadline: When Lambda ends the invocation, on the monotonic clock.

        memory_limit_in_mb: A string, because the runtime reads it from an environment variable.
    """

    deadline: float
    function_name: str
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "512"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    log_stream_name: str = "2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef"
    identity: None = None
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:eu-west-1:111122223333:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time of the invocation in milliseconds; never negative."""
        return max(0, round((self.deadline - time.monotonic()) * 1000))


class InProcess:
    """
    Runs a handler as Lambda does: JSON in, JSON out, in one environment for each concurrent event.

    Args:
        start: Starts an environment and returns its handler.  Environments share module state, so a handler that keeps
            state in modules needs ``concurrency=1``.

        name: Name of the function.

        concurrency: Maximum number of environments; further events wait for a free one.  None sets no limit.
    """

    def __init__(self, start: Callable[[], Handler], *, name: str = "function", concurrency: int | None = None) -> None:
        self._start = start
        self._name = name
        self._idle: list[Handler] = []
        self._free = threading.Semaphore(concurrency) if concurrency else None

    def __call__(
        self,
        event: dict[str, Any],
        timeout_seconds: float,
        variables: Mapping[str, str] | None = None,
        name: str | None = None,
    ) -> dict[str, Any] | None:
        """
        Run the function for *event*, and return its handler's result.

        Args:
            event: JSON values.

            timeout_seconds: The function's timeout.

            variables: Environment variables of the deployed function.  They are ignored without ``concurrency``,
                because environments share those of this process.

            name: Name of the deployed function; None for that of this object.

        Raises:
            FunctionTimeoutError: The handler did not return within *timeout_seconds*.

            FunctionExitError: The handler exited its process.

            Exception: Any other exception of the handler.
        """
        if self._free is None:
            return self._run(event, timeout_seconds, name)
        # An empty variable counts as absent, so that those of this process apply, such as the endpoints.
        own = {key: value for key, value in (variables or {}).items() if value}
        with self._free, patch.dict(os.environ, own):
            return self._run(event, timeout_seconds, name)

    def _run(self, event: dict[str, Any], timeout_seconds: float, name: str | None) -> dict[str, Any] | None:
        handler = self._environment()
        context = LambdaContext(deadline=time.monotonic() + timeout_seconds, function_name=name or self._name)
        outcome: Future[Any] = Future()
        arguments = (outcome, handler, json.loads(json.dumps(event)), context)
        threading.Thread(target=_settle, args=arguments, daemon=True).start()

        if not wait([outcome], timeout_seconds).done:
            raise FunctionTimeoutError(timeout_seconds)
        if not isinstance(outcome.exception(), FunctionExitError):
            self._idle.append(handler)
        return cast("dict[str, Any] | None", json.loads(json.dumps(outcome.result())))

    def _environment(self) -> Handler:
        try:
            return self._idle.pop()
        except IndexError:
            return self._start()


def _settle(outcome: Future[Any], handler: Handler, event: dict[str, Any], context: LambdaContext) -> None:
    """Call *handler*, and set its result or its exception on *outcome*."""
    try:
        outcome.set_result(handler(event, context))
    except Exception as error:  # noqa: BLE001 - Lambda handles any exception
        outcome.set_exception(error)
    except BaseException as error:  # noqa: BLE001 - it would end the function's process on Lambda
        outcome.set_exception(FunctionExitError(error))
