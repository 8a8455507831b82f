"""
Puts events that could not be delivered or handled into queues in moto's SQS.

If a function fails, Lambda sends the event to the function's dead-letter queue, and a record with event and reason to
its on-failure destination.  If EventBridge cannot deliver an event, it sends it to the target's dead-letter queue.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.utils import get_backend
from moto.sqs.models import sqs_backends

from local.cloudformation.unmodelled import KNOWN_BADLY, Unmodelled

Document = dict[str, Any]


class EventInvokeConfig(Unmodelled):
    """The settings for asynchronous invocation; moto supports them in its API, but not in CloudFormation."""

    @classmethod
    def make(cls, name: str, arn: str, properties: Document, functions: LambdaBackend) -> "Unmodelled":
        known = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
        config = {key: properties[key] for key in known if key in properties}
        functions.put_function_event_invoke_config(properties["FunctionName"], config)
        return super().make(name, arn, properties, functions)


_create_function = LambdaFunction.create_from_cloudformation_json


def install() -> None:
    """Give functions of stacks the failure queues that moto ignores.  Calling it again has no effect."""
    KNOWN_BADLY["AWS::Lambda::EventInvokeConfig"] = EventInvokeConfig
    LambdaFunction.create_from_cloudformation_json = classmethod(_create)  # type: ignore[assignment,method-assign] # moto drops the queue


def _create(_cls: type[LambdaFunction], /, name: str, document: Document, *place: str, **rest: Any) -> LambdaFunction:
    function = _create_function(name, document, *place, **rest)
    function.local_dead_letter_arn = document["Properties"].get("DeadLetterConfig", {}).get("TargetArn")  # type: ignore[attr-defined]
    return function


def retries(function: LambdaFunction | None) -> int:
    """Return how many times Lambda retries an event on which *function* fails."""
    return int(_config(function).get("MaximumRetryAttempts", 2))


def keep_failed(function: LambdaFunction | None, event: Document, error: Exception, attempts: int) -> None:
    """Send *event*, on which all attempts of *function* failed, to the queues in the function's configuration."""
    if function is None:
        return
    words = {"errorMessage": str(error), "errorType": type(error).__name__}
    if queue := getattr(function, "local_dead_letter_arn", None):
        _send(queue, event, RequestID=str(uuid.uuid4()), ErrorCode="200", ErrorMessage=repr(error)[:1024])
    if queue := _config(function).get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
        _send(queue, _record(function, event, words, attempts))


def keep_undelivered(queue: str | None, event: Document, *, rule: str, target: str, reason: str) -> None:
    """Send *event*, which could not be delivered to *target*, to the target's dead-letter *queue*, if there is one."""
    if queue:
        _send(queue, event, RULE_ARN=rule, TARGET_ARN=target, ERROR_CODE="RESOURCE_NOT_FOUND", ERROR_MESSAGE=reason)


def named(arn: str) -> LambdaFunction | None:
    """Return moto's function; None if only a callable is registered for *arn*."""
    _, _, _, region, account, *_ = arn.split(":")
    functions: dict[str, LambdaFunction] = {
        item.function_arn: item for item in get_backend(account, region).list_functions()
    }
    return functions.get(arn)


def _config(function: LambdaFunction | None) -> Document:
    config: Document = function.event_invoke_config[-1].config if function and function.event_invoke_config else {}
    return config


def _record(function: LambdaFunction, event: Document, error: Document, attempts: int) -> Document:
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": f"{function.function_arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": error,
    }


def _send(arn: str, body: Document, **attributes: str) -> None:
    _, _, _, region, account, name = arn.split(":")
    texts = {key: {"DataType": "String", "StringValue": value} for key, value in attributes.items()}
    sqs_backends[account][region].send_message(name, json.dumps(body), message_attributes=texts)
