"""Runs moto's Lambda functions with the registered callables; moto itself would need Docker."""

import json
import traceback
from functools import partial
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction
from moto.awslambda.utils import get_backend

from local.eventbridge.queue import Run
from local.lambda_runtime import functions
from local.lambda_runtime.execution_environments import InProcess


def install() -> None:
    """Make moto's Invoke use the registry first.  Calling it again has no effect."""
    LambdaFunction._invoke_lambda = _invoke  # type: ignore[method-assign] # noqa: SLF001 - moto has no setting


def find(arn: str) -> Run:
    """
    Return a callable that runs the function *arn* with the function's timeout.

    Each call runs the code that the function then has: a retry after an update runs the new code, as on Lambda.

    Raises:
        FunctionNotFoundError: The function does not exist, or its ARN, name, code and handler are not registered.
    """

    def run(event: dict[str, Any]) -> object:
        invoke, timeout_seconds = _found(arn)
        return invoke(event, timeout_seconds)

    _found(arn)
    return run


def _found(arn: str) -> tuple[functions.Invoke, float]:
    """Return what runs the function *arn* now, and the function's timeout in seconds."""
    _, _, _, region, account, *_ = arn.split(":")
    try:
        function = get_backend(account, region).get_function(arn)
    except UnknownFunctionException:
        return functions.find(arn), functions.LONGEST_TIMEOUT
    return _with_variables(function), float(function.timeout)


_invoke_in_docker = LambdaFunction._invoke_lambda  # noqa: SLF001 - replaced below


def _invoke(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
    """Return the result as JSON, whether it is a function error, and the logs."""
    try:
        invoke = _with_variables(self)
    except functions.FunctionNotFoundError:
        return _invoke_in_docker(self, event)
    try:
        result = invoke(json.loads(event) if isinstance(event, str) else event or {}, float(self.timeout))
    except Exception as error:  # noqa: BLE001 - Lambda returns any exception as a function error
        answer = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": _trace(error)}
        return json.dumps(answer), True, ""
    return json.dumps(result), False, ""


def _with_variables(function: LambdaFunction) -> functions.Invoke:
    """Return the registered callable of *function*; one that runs in this process gets the function's variables."""
    invoke = functions.find(function.function_arn, function.code_sha_256, function.handler)
    if isinstance(invoke, InProcess):
        # moto keeps numbers of parameters as they are.  This process decides what it logs.
        variables = {n: str(v) for n, v in function.environment_vars.items() if not n.startswith("POWERTOOLS_")}
        return partial(invoke, variables=variables, name=function.function_name)
    return invoke


def _trace(error: Exception) -> list[str]:
    return traceback.format_tb(error.__traceback__)
