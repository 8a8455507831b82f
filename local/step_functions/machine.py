"""
Step Functions on the local AWS: moto's interpreter, with what it lacks.

Importing the interpreter takes a second, so it waits for the first call to Step Functions.  What is changed in it
stands in the modules beside this one, one for each concern; ``step_functions_interpreter`` has the list.
"""

from typing import Any, cast

from moto.stepfunctions import responses
from moto.stepfunctions.models import StateMachine, StepFunctionBackend

from local.step_functions import callbacks as step_functions_callbacks
from local.step_functions import stacks as step_functions_stacks


def install(url: str) -> None:
    """
    Let moto run state machines; a second time only changes where their tasks are sent.

    Args:
        url: Where the local AWS is.
    """
    step_functions_callbacks.send_to(url)
    responses.get_backend = backend
    StateMachine.create_from_cloudformation_json = classmethod(step_functions_stacks.create)  # type: ignore[assignment] # moto has no setting
    StateMachine.update_from_cloudformation_json = classmethod(step_functions_stacks.update)  # type: ignore[assignment] # moto has no setting
    StateMachine.delete_from_cloudformation_json = classmethod(step_functions_stacks.delete)  # type: ignore[assignment] # moto has no setting


def backend(account: str, region: str) -> StepFunctionBackend:
    """Return the state machines of an account and Region, ready to run."""
    from local.step_functions import interpreter as step_functions_interpreter  # noqa: PLC0415 - see above

    step_functions_interpreter.install()
    backends: Any = step_functions_interpreter.backends
    return cast("StepFunctionBackend", backends[account][region])
