"""Roles with a policy, for tests of access control."""

import json
from functools import partial

from tests.integration.deployed_role import session_of


def document(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(action, resource="*", **condition):
    return {"Effect": "Allow", "Action": action, "Resource": resource} | (
        {"Condition": condition["condition"]} if condition else {}
    )


def assume(aws, client, policy, account="111122223333"):
    """Create and assume a role with *policy* in *account*; return a function that creates clients with the role."""
    arn = f"arn:aws:iam::{account}:role/Finalizer"
    trust = [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]
    assumed = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    session = session_of(assumed)
    iam = session.client("iam", endpoint_url=aws.url)
    iam.create_role(RoleName="Finalizer", AssumeRolePolicyDocument=document(trust))
    iam.put_role_policy(RoleName="Finalizer", PolicyName="p", PolicyDocument=document(policy))
    return partial(session.client, endpoint_url=aws.url)
