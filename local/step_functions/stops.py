"""
Stopped executions: moto lets an error after the stop, which the stop itself can cause, replace it.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
"""

from typing import Any

from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped

_set_error = Environment.set_error


def set_error(self: Environment, error: Any) -> None:
    """End the execution or its frame with *error*, unless it was stopped before."""
    if not isinstance(self._program_state, ProgramStopped):
        _set_error(self, error)
