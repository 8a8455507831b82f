"""How an invocation ended, out of what the emulator answers."""

import json
from http import HTTPStatus
from typing import Any

from local.lambda_runtime.execution_environments import FunctionExitError, FunctionTimeoutError


class FunctionError(Exception):
    """
    The function raised.

    Attributes:
        name: Of the class, by which Step Functions catches it.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def outcome(status: HTTPStatus, body: bytes, timeout_seconds: int) -> Any:
    """
    Return what the function returned.

    Raises:
        FunctionError: It raised.

        FunctionTimeoutError: It was killed after *timeout_seconds*.

        FunctionExitError: Its process ended.
    """
    # The emulator has no header for errors; its own are told by their words.
    if body.startswith(b"Task timed out"):
        raise FunctionTimeoutError(timeout_seconds)
    answer = json.loads(body)
    if not (isinstance(answer, dict) and "errorMessage" in answer):
        return answer
    name, message = str(answer.get("errorType")), str(answer["errorMessage"])
    if status != HTTPStatus.OK or name.startswith("Runtime."):
        raise FunctionExitError(RuntimeError(f"{name} {message}"))
    raise FunctionError(name, message)
