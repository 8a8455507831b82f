"""Ended executions: moto shows that one has ended before it has the output or the error."""

from typing import Any

from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication

_reflect: Any = BaseExecutionWorkerCommunication._reflect_execution_status  # noqa: SLF001 - moto has no public access


def reflect(self: Any) -> None:
    """Store the output or the error, and then the status of an ended execution."""
    environment = self.execution.exec_worker.env
    state = environment.program_state()
    if isinstance(state, ProgramEnded):
        self.execution.output = environment.states.get_input()
    elif isinstance(state, ProgramError) and state.error:
        self.execution.error, self.execution.cause = state.error.get("error"), state.error.get("cause")
    _reflect(self)
