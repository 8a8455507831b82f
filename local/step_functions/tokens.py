"""
Tasks that wait for a task token: moto waits in real time, also after a stop, and drops the cause of a failure.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
"""

from typing import Any, cast

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcome, CallbackOutcomeTimedOut
from moto.stepfunctions.responses import StepFunctionResponse

from local.step_functions.pace import Pause


def fail(self: StepFunctionResponse) -> ActionResult:
    """Make the task fail with the error and the cause from the request."""
    token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
    backend = cast("Any", self.stepfunction_backend)
    backend.send_task_failure(token, error=error, cause=cause)
    return EmptyResult()


def wait(
    _self: Any, env: Any, timeout_seconds: int, callback_endpoint: Any, heartbeat_endpoint: Any
) -> CallbackOutcome:
    """Wait until somebody returns the task token, the time is over, or the execution is stopped; no heartbeats."""
    del heartbeat_endpoint
    pause = Pause(timeout_seconds)
    while env.is_running() and pause.left > 0:
        outcome: CallbackOutcome | None = callback_endpoint.wait(timeout=pause.step)
        if outcome is not None:
            return outcome
    return CallbackOutcomeTimedOut(callback_id=callback_endpoint.callback_id)
