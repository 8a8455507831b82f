"""
RedriveExecution, which moto does not have: the state that did not succeed runs again, with the variables so far.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

import json
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.responses import StepFunctionResponse

from local.step_functions import map as step_functions_map

STATUSES = frozenset({ExecutionStatus.FAILED, ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT})


class ExecutionNotRedrivableError(AWSError):
    """The execution runs or has succeeded."""

    TYPE = "ExecutionNotRedrivable"


def redrive(self: StepFunctionResponse) -> ActionResult:
    """Let a failed or stopped execution go on."""
    execution: Any = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    if execution.exec_status not in STATUSES:
        raise ExecutionNotRedrivableError(f"Execution is not redrivable: its status is {execution.status}")
    execution.exec_status, execution.stop_date, execution.error, execution.cause = (
        ExecutionStatus.RUNNING,
        None,
        None,
        None,
    )
    worker = execution.exec_worker
    step_functions_map.repeat(execution.execution_arn)
    entered = _last_entered(worker.env.event_manager.get_event_history())
    worker.env._program_state = None  # noqa: SLF001 - moto has no other way back from the end
    worker.env.next_state_name = entered["name"]
    worker.env.states.reset(json.loads(entered["input"]))
    worker.env.stack.clear()
    worker.env.event_manager.add_event(worker.env.event_history_context, HistoryEventType.ExecutionRedriven)
    Thread(target=_go_on, args=(worker,), daemon=True).start()
    return ActionResult({"redriveDate": datetime.now(UTC)})


def _last_entered(events: list[Any]) -> dict[str, Any]:
    return next(event["stateEnteredEventDetails"] for event in reversed(events) if "stateEnteredEventDetails" in event)


def _go_on(worker: Any) -> None:
    program = worker._get_evaluation_entrypoint()  # noqa: SLF001 - moto has no public access
    # The program's own eval would begin with its first state.
    EvalComponent.eval(program, worker.env)
    worker._execution_communication.terminated()  # noqa: SLF001 - moto has no public access
