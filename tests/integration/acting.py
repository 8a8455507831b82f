"""Runs the function with its role from the deployed template, while IAM is enforced."""

from types import SimpleNamespace
from typing import Any

import pytest

from finalize_cutover.bootstrap import bootstrap
from local.client import LocalAws
from local.cloudformation import answers, endpoint, requests, stack_status
from local.cloudformation.answers import Answer
from local.cloudformation.requests import Address
from tests.integration.deployed_role import DeployedRole, session_of

Request = dict[str, Any]

CONTEXT = SimpleNamespace(
    get_remaining_time_in_millis=lambda: 60_000,
    aws_request_id="request",
    invoked_function_arn="arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover",
)


# Its calls to find the source servers of a wave, to read their evidence, and to find leftovers.
SELECTING = {"mgn:DescribeSourceServers", "mgn:ListApplications"}
LOOKING = {"mgn:DescribeSourceServers", "mgn:DescribeJobs", "mgn:DescribeJobLogItems", "ec2:DescribeInstanceStatus"}
AUDITING = {
    *("mgn:DescribeSourceServers", "ec2:DescribeInstanceStatus"),
    *("ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"),
}
# The actions that only a preflight needs.
PREFLIGHT = {
    *("events:DescribeEventBus", "events:DescribeRule", "events:ListRuleNamesByTarget", "events:ListTargetsByRule"),
    "iam:SimulatePrincipalPolicy",
}


class Acting:
    """
    The function with the role of a new stack; from now on, all calls to AWS use this role.

    Args:
        parameters: Parameters of the template.

    Attributes:
        role: The role.
    """

    def __init__(self, aws: LocalAws, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> None:
        self._aws = aws
        self._handler = bootstrap()
        self._monkeypatch = monkeypatch
        self.role = DeployedRole(aws, **parameters)
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", self.role.credentials["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", self.role.credentials["SecretAccessKey"])
        monkeypatch.setenv("AWS_SESSION_TOKEN", self.role.credentials["SessionToken"])
        monkeypatch.setenv("EVENT_BUS_NAME", "default")
        aws.enforce_iam()
        aws.clear_calls()

    def asks(self, request: Request, context: Any = CONTEXT) -> Any:
        """Return the function's result for a direct call or a scheduled event."""
        return self._handler(request, context)

    def hears_of(self, server_id: str) -> Any:
        """Return the function's result for MGN's launch result event about *server_id*."""
        arn = f"arn:aws:mgn:eu-west-1:{self._aws.account}:source-server/{server_id}"
        event = {
            "source": "aws.mgn",
            "detail-type": "MGN Source Server Launch Result",
            "account": self._aws.account,
            "region": "eu-west-1",
            "resources": [arn],
            "detail": {"state": "CUTOVER_LAUNCH_SUCCEEDED"},
        }
        return self._handler(event, CONTEXT)

    def answers(self, request_type: Any, properties: Request, **rest: Any) -> Answer:
        """Return the only response to a request of the stack."""
        address = Address(
            stack_id=self.role.stack_id,
            logical_resource_id="WebServerCutover",
            resource_type="Custom::FinalizedCutover",
            service_token=CONTEXT.invoked_function_arn,
        )
        stack_status.show(self.role.stack_id, f"{request_type}_IN_PROGRESS".upper())
        with endpoint.serving("http") as here:
            self._monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", here.host)
            mailbox = here.open(requests.build(request_type, address, properties, **rest))
            self._handler(mailbox.document, CONTEXT)
            (put,) = here.puts
        return answers.read(put.body, mailbox.document)

    def client(self, service: Any) -> Any:
        """Return a boto3 client of *service* with the role."""
        return session_of(self.role.credentials).client(service, endpoint_url=self._aws.url)

    def state(self, server_id: str) -> str:
        """Return the lifecycle state of a source server, read with the role."""
        (server,) = self.client("mgn").describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
        return str(server["lifeCycle"]["state"])
