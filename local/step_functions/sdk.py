"""
Calls of services: moto keeps the body of an S3 object as a stream, and StartExecution's names in boto3's spelling.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

from typing import Any

from botocore.response import StreamingBody
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)

_start = StateTaskServiceSfn._eval_service_task  # noqa: SLF001 - moto has no other place for it
_call = StateTaskServiceAwsSdk._eval_service_task  # noqa: SLF001 - moto has no other place for it


def call(self: Any, env: Any, **arguments: Any) -> None:
    """Call the service; replace each stream in the result by its text, and omit what JSON cannot express."""
    _call(self, env, **arguments)
    result = env.stack[-1]
    for name, value in list(result.items()):
        if isinstance(value, StreamingBody):
            result[name] = value.read().decode()
        elif not isinstance(value, str | int | float | bool | list | dict):
            result[name] = str(value)


def start(self: Any, env: Any, *, normalised_parameters: dict[str, Any], **arguments: Any) -> None:
    """Start an execution; the names of parameters and results begin with a capital letter."""
    parameters = {name[0].lower() + name[1:]: value for name, value in normalised_parameters.items()}
    _start(self, env, normalised_parameters=parameters, **arguments)
    env.stack.append({name[0].upper() + name[1:]: str(value) for name, value in env.stack.pop().items()})
