"""Converts the emulator's response to the function's result or its error."""

import json
from http import HTTPStatus
from typing import Any

from local.lambda_runtime.execution_environments import FunctionExitError, FunctionTimeoutError


class FunctionError(Exception):
    """
    The function raised.

    Attributes:
        name: Class name of the exception; Step Functions matches errors by it.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def outcome(status: HTTPStatus, body: bytes, timeout_seconds: int) -> Any:
    """
    Return the function's result.

    Raises:
        FunctionError: The function raised.

        FunctionTimeoutError: The function was killed after *timeout_seconds*.

        FunctionExitError: The function's process ended.
    """
    # The emulator sets no error header; only the text identifies its own errors.
    if body.startswith(b"Task timed out"):
        raise FunctionTimeoutError(timeout_seconds)
    answer = json.loads(body)
    if not (isinstance(answer, dict) and "errorMessage" in answer):
        return answer
    name, message = str(answer.get("errorType")), str(answer["errorMessage"])
    if status != HTTPStatus.OK or name.startswith("Runtime."):
        raise FunctionExitError(RuntimeError(f"{name} {message}"))
    raise FunctionError(name, message)
