"""The application with member accounts that have the role in examples/member-account-role.yaml."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import boto3
import pytest

from finalize_cutover.bootstrap import bootstrap
from local.client import LocalAws
from local.cloudformation import moto_patches
from local.deploy.function import HANDLER
from local.deploy.stack import CAPABILITIES
from local.lambda_runtime import functions
from local.lambda_runtime.execution_environments import InProcess
from tests.integration.acting import Acting
from tests.integration.deployed_role import make_enforceable, session_of

EXAMPLES = Path(__file__).parents[2] / "examples"
ROLE = "FinalizeCutoverMember"
EXTERNAL_ID = "of-our-migration"
LONGEST_STACK = 60  # s, on a busy machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """The result of a stack's creation, with all reasons in its events."""

    status: str
    outputs: dict[str, str]
    reasons: str


class Account:
    """An account of the local AWS, used by its administrator, who has all permissions while IAM is enforced."""

    def __init__(self, aws: LocalAws, account_id: str) -> None:
        self._url = aws.url
        arn = f"arn:aws:iam::{account_id}:role/Administrator"
        assumed = boto3.client("sts", endpoint_url=aws.url).assume_role(RoleArn=arn, RoleSessionName="test")
        self._session = session_of(assumed["Credentials"])
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
        iam = self.client("iam")
        iam.create_role(RoleName="Administrator", AssumeRolePolicyDocument=document)
        iam.put_role_policy(RoleName="Administrator", PolicyName="p", PolicyDocument=document)

    def client(self, service: Any) -> Any:
        """Return a boto3 client of *service*."""
        return self._session.client(service, endpoint_url=self._url)

    def create(self, example: str, **parameters: str) -> Created:
        """Create a stack from an *example*, and wait for the end of the creation."""
        cloudformation = self.client("cloudformation")
        stack_id = cloudformation.create_stack(
            StackName=Path(example).stem,
            TemplateBody=(EXAMPLES / example).read_text(),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=CAPABILITIES,
        )["StackId"]
        return _created(cloudformation, stack_id)

    def states(self) -> dict[str, str]:
        """Return {source server ID: lifecycle state} of all source servers in the account."""
        servers = self.client("mgn").describe_source_servers()["items"]
        return {server["sourceServerID"]: server["lifeCycle"]["state"] for server in servers}

    def trusts(self) -> list[dict[str, Any]]:
        """Return the statements of the trust policy of the role that the function assumes in this account."""
        role = self.client("iam").get_role(RoleName=ROLE)["Role"]
        statements: list[dict[str, Any]] = role["AssumeRolePolicyDocument"]["Statement"]
        return statements


class Members:
    """
    The application, deployed so that it assumes a role in other accounts, while IAM is enforced.

    Args:
        account_ids: IDs of the member accounts; each gets the role.

        application: Other parameters of the application.

        parameters: Parameters of the example with the role.

    Attributes:
        own: The account of the application.

        acting: The function with the role of its stack.

        actions: Actions that the role in each member account allows.
    """

    def __init__(
        self,
        aws: LocalAws,
        monkeypatch: pytest.MonkeyPatch,
        *account_ids: str,
        application: Mapping[str, str] = MappingProxyType({}),
        **parameters: str,
    ) -> None:
        self.own = Account(aws, aws.account)
        self._accounts = {account_id: Account(aws, account_id) for account_id in account_ids}
        options = {"MemberRoleName": ROLE, "MemberRoleExternalId": EXTERNAL_ID, **application}
        self.acting = Acting(aws, monkeypatch, **options)
        aws.enforce_iam(enforce=False)  # moto cannot determine the caller for some services, such as Lambda
        self._take_environment(monkeypatch)
        role = {"FunctionRoleArn": self.acting.role.arn, "MemberRoleExternalId": EXTERNAL_ID, **parameters}
        for account in self._accounts.values():
            assert account.create("member-account-role.yaml", **role).status == "CREATE_COMPLETE"
            self.actions = make_enforceable(account.client("iam"), ROLE)
        functions.register(HANDLER, InProcess(bootstrap, name="finalize-cutover", concurrency=1))
        monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", moto_patches.installed().endpoint.host)
        aws.enforce_iam()
        aws.clear_calls()

    def __getitem__(self, account_id: str) -> Account:
        return self._accounts[account_id]

    def _take_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Set the function's environment variables about member accounts, as the stack does."""
        (function,) = self.own.client("lambda").list_functions()["Functions"]
        for name, value in function["Environment"]["Variables"].items():
            if name.startswith("MEMBER_"):
                monkeypatch.setenv(name, value)


def _created(cloudformation: Any, stack_id: str) -> Created:
    deadline = time.monotonic() + LONGEST_STACK
    while True:
        stack = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            break
        assert time.monotonic() < deadline, f"It is still {stack['StackStatus']}."
        time.sleep(0.05)
    events = cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    return Created(
        status=stack["StackStatus"],
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        reasons=" ".join(event.get("ResourceStatusReason", "") for event in events),
    )
