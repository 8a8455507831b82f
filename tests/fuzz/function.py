"""The function, invoked as Lambda would with AWS and the network of this process, and all that could be observed."""

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
    What one invocation did.

    Attributes:
        answer: What was returned; None where something was raised.

        error: What was raised.

        calls: Every call to AWS.

        contacts: Whom it wanted to reach.

        requests: What it sent to CloudFormation.

        lines: Everything that was logged or printed.
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
    """Invoke the function with *event*, whatever comes of it."""
    aws, network = Aws(), network or Network()
    answer, raised = None, None
    with listening() as written, aws_of_this_process.there_is(aws), network.connected():
        try:
            answer = lambda_handler(event, None)
        except Exception as error:  # noqa: BLE001 - judged by whoever observes
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
    """Take down what everybody logs and prints; as in Lambda, it has to be text in UTF-8."""
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
