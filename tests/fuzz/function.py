"""Invokes the function as Lambda does, with a fake AWS and a fake network, and records everything observable."""

import contextlib
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from finalize_cutover.app import lambda_handler
from finalize_cutover.observability.log import logger
from tests.fuzz import aws as aws_of_this_process
from tests.fuzz.aws import ApiCall, Aws
from tests.fuzz.network import HttpRequest, Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """
    The observations of one invocation.

    Attributes:
        answer: The returned value; None if an exception was raised.

        error: The raised exception.

        calls: Every call to AWS.

        contacts: The addresses to which it tried to connect.

        requests: The requests that it sent to CloudFormation.

        lines: All logged or printed lines.
    """

    answer: Any
    error: BaseException | None
    calls: list[ApiCall]
    contacts: list[str]
    requests: list[HttpRequest]
    lines: str

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]


def invoke(event: Any, network: Network | None = None) -> Observation:
    """Invoke the function with *event*, and record the result or the exception."""
    aws, network = Aws(), network or Network()
    answer, raised = None, None
    with listening() as written, aws_of_this_process.there_is(aws), network.connected():
        try:
            answer = lambda_handler(event, None)
        except Exception as error:  # noqa: BLE001 - the caller checks it
            raised = error
    return Observation(
        answer=answer,
        error=raised,
        calls=aws.calls,
        contacts=network.contacts,
        requests=network.requests,
        lines=written.getvalue().decode(),
    )


@contextlib.contextmanager
def listening() -> Iterator[io.BytesIO]:
    """Record all logged and printed lines; as in Lambda, they must be valid UTF-8."""
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="utf-8", write_through=True)
    everybody = logging.StreamHandler(stream)
    root, ours = logging.getLogger(), logger.registered_handler
    before = ours.setStream(stream)
    root.addHandler(everybody)
    try:
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            yield written
    finally:
        root.removeHandler(everybody)
        ours.setStream(before)
        stream.detach()
