"""
Functions that exist only by their answers: stand-ins for functions of a customer, such as a validator.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from moto.awslambda.models import lambda_backends
from moto.awslambda.responses import LambdaResponse

from local.lambda_runtime.functions import name_in

ARN = re.compile(r"arn:[\w-]+:lambda:([\w-]+):(\d{12}):function:([\w-]+)(:[\w$-]+)?")
SOURCE_SERVER = re.compile(r"\bs-[0-9a-zA-Z]{17}\b")
OPTIONS = {"functionArn", "answer", "answerEach", "body", "functionError", "seconds"}

_moto_invoke = LambdaResponse.invoke


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedAnswer:
    """
    The answer of a function.

    Attributes:
        answer: The JSON document that it returns.

        answer_each: What it returns for each source server ID in the payload, unless *answer* has that ID; None for
            nothing.

        body: Text to return instead, valid JSON or not; None for none.

        function_error: ``Unhandled`` or ``Handled`` if the function fails; None if it succeeds.

        seconds: How long it runs.
    """

    answer: Any
    answer_each: Any
    body: str | None
    function_error: str | None
    seconds: float

    def to(self, payload: str) -> str:
        """Return the body of the response to *payload*."""
        if self.body is not None:
            return self.body
        if self.answer_each is None:
            return json.dumps(self.answer)
        each = dict.fromkeys(SOURCE_SERVER.findall(payload), self.answer_each)
        return json.dumps({**each, **(self.answer or {})})


def install() -> None:
    """Make moto's Invoke answer for these functions first.  Calling it again has no effect."""
    LambdaResponse.invoke = invoke  # type: ignore[method-assign] # moto has no setting


def set_answer(options: Mapping[str, Any]) -> None:
    """
    Create or replace the function with the ARN ``functionArn``; see ``PreparedAnswer`` for the other options.

    Raises:
        ValueError: An option is unknown, or the ARN is not that of a function.
    """
    if unknown := options.keys() - OPTIONS:
        raise ValueError(f"Unknown members of a validator: {', '.join(sorted(unknown))}.")
    arn = ARN.fullmatch(options["functionArn"])
    if arn is None:
        raise ValueError(f"The functionArn is {options['functionArn']!r}; it must be the ARN of a Lambda function.")
    region, account, name, _ = arn.groups()
    _of(account, region)[name] = PreparedAnswer(
        answer=options.get("answer"),
        answer_each=options.get("answerEach"),
        body=options.get("body"),
        function_error=options.get("functionError"),
        seconds=options.get("seconds", 0),
    )


def invoke(self: LambdaResponse) -> tuple[int, dict[str, str], str | bytes]:
    """Return the prepared answer, or what moto answers."""
    function = unquote(self.path.rsplit("/", 2)[-2])
    arn = ARN.fullmatch(function)
    # Lambda reaches functions of other accounts by their ARNs, but never those of other Regions.
    region, account = arn.groups()[:2] if arn else (self.region, self.current_account)
    prepared = _of(account, region).get(name_in(function)) if region == self.region else None
    if prepared is None:
        return _invoke_deployed(self)
    kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
    if kind != "RequestResponse":
        status = {"Event": 202, "DryRun": 204}[kind]
        return status, {"status": str(status)}, ""
    time.sleep(prepared.seconds)
    error = {"x-amz-function-error": prepared.function_error} if prepared.function_error else {}
    return (
        200,
        {"content-type": "application/json", "x-amz-executed-version": "$LATEST", **error},
        prepared.to(self.body),
    )


def _invoke_deployed(request: LambdaResponse) -> tuple[int, dict[str, str], str | bytes]:
    status, headers, body = _moto_invoke(request)
    if "x-amz-function-error" in headers:
        # moto says Handled, which Lambda's Python runtime never does.
        headers["x-amz-function-error"] = "Unhandled"
    return status, headers, body


def _of(account: str, region: str) -> dict[str, PreparedAnswer]:
    """Return the prepared answers of an account and Region by the functions' names."""
    # moto deletes every attribute of a backend on reset.
    answers: dict[str, PreparedAnswer] = lambda_backends[account][region].__dict__.setdefault("local_answers", {})
    return answers
