"""
Results of AWS SDK integrations as text: moto keeps the body of an S3 object as a stream, which is no JSON.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from typing import Any

from botocore.response import StreamingBody
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)

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
