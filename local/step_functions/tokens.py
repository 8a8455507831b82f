"""
What somebody else says about a task that waits for them; moto forgets the cause of a failure.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
"""

from typing import Any, cast

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.responses import StepFunctionResponse


def fail(self: StepFunctionResponse) -> ActionResult:
    """Let the task fail with the error and the cause that were sent."""
    token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
    backend = cast("Any", self.stepfunction_backend)
    backend.send_task_failure(token, error=error, cause=cause)
    return EmptyResult()
