"""
Step Functions on the local AWS: moto's interpreter with patches.

Importing the interpreter takes a second, so it is imported at the first call to Step Functions.  The patches are in the
other modules of this package, one for each topic; ``interpreter`` lists them.
"""

from typing import Any, cast

from moto.stepfunctions import responses
from moto.stepfunctions.models import StateMachine, StepFunctionBackend

from local.step_functions import callbacks as step_functions_callbacks
from local.step_functions import stacks as step_functions_stacks


def install(url: str) -> None:
    """
    Make moto run state machines.  Calling it again only changes the URL for their tasks.

    Args:
        url: URL of the local AWS.
    """
    step_functions_callbacks.send_to(url)
    responses.get_backend = backend
    StateMachine.create_from_cloudformation_json = classmethod(step_functions_stacks.create)  # type: ignore[assignment] # moto has no setting
    StateMachine.update_from_cloudformation_json = classmethod(step_functions_stacks.update)  # type: ignore[assignment] # moto has no setting
    StateMachine.delete_from_cloudformation_json = classmethod(step_functions_stacks.delete)  # type: ignore[assignment] # moto has no setting


def backend(account: str, region: str) -> StepFunctionBackend:
    """Return the Step Functions backend of an account and Region, with the interpreter patched."""
    from local.step_functions import interpreter as step_functions_interpreter  # noqa: PLC0415 - see above

    step_functions_interpreter.install()
    backends: Any = step_functions_interpreter.backends
    return cast("StepFunctionBackend", backends[account][region])
