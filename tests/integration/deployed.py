"""The application, deployed to the local AWS from its template, and the actions of a migration engineer."""

import json
from pathlib import Path
from typing import Any

from finalize_cutover.app import lambda_handler
from local.client import LocalAws
from local.deploy.function import HANDLER
from local.deploy.stack import Stack, client
from local.lambda_runtime import functions
from local.lambda_runtime.execution_environments import InProcess

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
APPROVED = {"FinalizeCutover": "approved"}


class Deployed:
    """
    The stack, its function in this process, and the local AWS.

    Attributes:
        outputs: Outputs of the stack.
    """

    def __init__(self, aws: LocalAws, **parameters: str) -> None:
        self.aws = aws
        functions.register(HANDLER, InProcess(lambda: lambda_handler, name="finalize-cutover", concurrency=1))
        self._stack = Stack(aws.url, "finalize-cutover")
        # Tests that are not about the soak time need not wait for a day.
        parameters = {"AutomationSoakMinutes": "0", **parameters}
        self.outputs = self._stack.deploy(TEMPLATE, parameters).outputs

    def add(self, scenario: str = "ready", **options: Any) -> str:
        """Add an approved source server; return its ID."""
        return str(self.aws.add_source_server(scenario, **{"tags": APPROVED, **options})["sourceServerID"])

    def launched(self, server_id: str, state: str = "CUTOVER_LAUNCH_SUCCEEDED") -> list[dict[str, Any]]:
        """Publish MGN's launch result; return the function's attempts to handle it."""
        self.aws.emit_launch_result(server_id, state)
        return self._last_attempts()

    def sweep(self) -> Any:
        """Fire the schedule; return the function's result."""
        self.aws.fire_schedule(self.physical_id("FinalizeCutoverSweep"))
        return self._last_attempts()[-1]["answer"]

    def asked(self, **request: Any) -> dict[str, Any]:
        """Return the response to a direct request."""
        answer: dict[str, Any] = lambda_handler(request, None)
        return answer

    def state(self, server_id: str) -> str:
        """Return the lifecycle state of a source server."""
        mgn = client("mgn", self.aws.url)
        (server,) = mgn.describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
        return str(server["lifeCycle"]["state"])

    def queued(self, output: str) -> list[dict[str, Any]]:
        """Return the bodies of the messages in the queue in the stack's *output*."""
        sqs = client("sqs", self.aws.url)
        answer = sqs.receive_message(QueueUrl=self._queue(output), MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def physical_id(self, logical_id: str) -> str:
        """Return the physical ID of a resource in the stack."""
        cloudformation = client("cloudformation", self.aws.url)
        answer = cloudformation.describe_stack_resource(StackName=self._stack.name, LogicalResourceId=logical_id)
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])

    def _queue(self, output: str) -> str:
        return f"{self.aws.url}/{self.aws.account}/{self.outputs[output].rsplit('/', 1)[-1]}"

    def _last_attempts(self) -> list[dict[str, Any]]:
        invocations = self.aws.invocations()
        return invocations[-1]["attempts"] if invocations else []
