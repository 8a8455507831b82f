"""The application, deployed to the local AWS with automation turned on: its function and its queues."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.client import LocalAws
from local.cloudformation.faults import Fault
from local.deploy.function import HANDLER
from local.deploy.stack import Stack, client
from local.lambda_runtime import environments, functions
from local.lambda_runtime.artifact import Artifact
from local.lambda_runtime.environments import Environments
from local.lambda_runtime.runtime import Runtime
from tests.load.answers import TimedEndpoint

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
SERVER_ARN = re.compile(r"source-server/(s-\w{17})")
PARAMETERS = {"FinalizeOnLaunch": "ENABLED", "AutomationSoakMinutes": "0"}
QUEUES = ("FailedInvocations", "FailedRequests")


class Deployed:
    """
    The stack of the application.

    Attributes:
        service_token: The service token for custom resources.
    """

    def __init__(self, aws: LocalAws) -> None:
        self._aws = aws
        self._outputs = Stack(aws.url, "finalize-cutover").deploy(TEMPLATE, PARAMETERS).outputs
        self.service_token = self._outputs["ServiceToken"]

    def sweep(self) -> Any:
        """Fire the schedule; return the function's attempts."""
        rules = client("events", self._aws.url).list_rules()["Rules"]
        self._aws.fire_schedule(next(rule["Name"] for rule in rules if "Sweep" in rule["Name"]))
        return self._aws.invocations(timeout_seconds=300)[-1]["attempts"]

    def kept(self) -> dict[str, set[str]]:
        """Return ``{queue: IDs of the source servers that its messages are about}``."""
        return {queue: set(self._server_ids(queue)) for queue in QUEUES}

    def _server_ids(self, queue: str) -> list[str]:
        sqs = client("sqs", self._aws.url)
        url = f"{self._aws.url}/{self._aws.account}/{self._outputs[queue].rsplit('/', 1)[-1]}"
        found: list[str] = []
        # A received message stays invisible until all messages have been received.
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [server_id for message in messages for server_id in told_of(json.loads(message["Body"]))]
        return found


def told_of(body: Any) -> list[str]:
    """Return the source servers of a launch result, which can be inside of a failure record."""
    event = body.get("requestPayload", body)
    return [match[1] for arn in event.get("resources", []) if (match := SERVER_ARN.search(arn))]


@contextmanager
def answered(faults: Iterator[Fault]) -> Iterator[TimedEndpoint]:
    """Yield an endpoint for responses; *faults* yields the fault for each of them."""
    endpoint = TimedEndpoint(faults)
    try:
        yield endpoint
    finally:
        endpoint.stop()


@contextmanager
def deployed(
    aws: LocalAws,
    artifact: Artifact,
    runtime: Runtime,
    endpoint: TimedEndpoint,
    *,
    timeout_seconds: int,
    concurrency: int,
) -> Iterator[tuple[Deployed, Environments]]:
    """Deploy the application to *aws*, with *artifact* as its function; yield both."""
    variables = {
        "FINALIZE_ON_LAUNCH": PARAMETERS["FinalizeOnLaunch"],
        "AUTOMATION_SOAK_MINUTES": PARAMETERS["AutomationSoakMinutes"],
        "AWS_ENDPOINT_URL": aws.url,
        "EXTRA_RESPONSE_HOSTS": endpoint.host,
        "SSL_CERT_FILE": str(endpoint.certificate_file),
    }
    with environments.running(
        artifact, runtime, variables, timeout_seconds=timeout_seconds, concurrency=concurrency
    ) as workers:
        functions.register(HANDLER, workers)
        try:
            yield Deployed(aws), workers
        finally:
            functions.forget(HANDLER)
