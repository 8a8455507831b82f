"""The function's role from the deployed template, converted so that moto can enforce it."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import boto3

from local.client import LocalAws
from local.deploy.stack import REGION, Stack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
# For these services, moto checks IAM without a resource, and treats a condition as a denial.  So only their actions are
# enforced here; tests/template checks their resources and conditions.
ACTIONS_ONLY = ("events:", "sns:")
# Actions that Lambda performs for the function.
BY_LAMBDA = re.compile("(logs|sqs|xray):")

Statement = dict[str, Any]


class DeployedRole:
    """
    The role of a new stack on *aws*.

    Args:
        parameters: Of the template.

    Attributes:
        stack_id: ARN of the stack.

        arn: ARN of the role.

        actions: Actions that the role allows to the function itself, such as ``mgn:FinalizeCutover``.

        credentials: Credentials of a session of the role, as STS returns them.
    """

    def __init__(self, aws: LocalAws, **parameters: str) -> None:
        state = Stack(aws.url, "finalize-cutover").deploy(TEMPLATE, parameters)
        assert state.status == "CREATE_COMPLETE"
        self.stack_id = state.stack_id
        iam = boto3.client("iam", endpoint_url=aws.url)
        (role,) = [one for one in iam.list_roles()["Roles"] if "FinalizeCutoverRole" in one["RoleName"]]
        self.arn = role["Arn"]
        self.actions = {one for one in make_enforceable(iam, role["RoleName"]) if not BY_LAMBDA.match(one)}
        sts = boto3.client("sts", endpoint_url=aws.url)
        self.credentials = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="function")["Credentials"]


def session_of(credentials: Any) -> boto3.Session:
    """Return a session with *credentials* as STS returns them."""
    return boto3.Session(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], REGION
    )


def make_enforceable(iam: Any, role: str) -> set[str]:
    """
    Convert the policies of *role* so that moto can enforce them; return all actions in them.

    Args:
        iam: boto3 client in the account of the role.
    """
    actions = set()
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        deployed: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        # moto stores an object from CloudFormation as its Python repr, which its IAM cannot parse.
        policy = ast.literal_eval(deployed) if isinstance(deployed, str) else deployed
        # CloudFormation removes a statement that is AWS::NoValue; moto leaves None.
        statements = [statement for statement in policy["Statement"] if statement]
        actions |= {action for statement in statements for action in _actions(statement)}
        policy["Statement"] = [_enforceable(statement) for statement in statements]
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))
    return actions


def _actions(statement: Statement) -> list[str]:
    return statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]


def _enforceable(statement: Statement) -> Statement:
    if not _actions(statement)[0].startswith(ACTIONS_ONLY):
        return statement
    return {**{name: part for name, part in statement.items() if name != "Condition"}, "Resource": "*"}
