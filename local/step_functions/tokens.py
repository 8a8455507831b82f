"""
SendTaskFailure for a task that waits for a task token; moto drops the cause of the failure.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
"""

from typing import Any, cast

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.responses import StepFunctionResponse


def fail(self: StepFunctionResponse) -> ActionResult:
    """Make the task fail with the error and the cause from the request."""
    token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
    backend = cast("Any", self.stepfunction_backend)
    backend.send_task_failure(token, error=error, cause=cause)
    return EmptyResult()
