"""The policy simulator of the local IAM."""

import json

import pytest
from botocore.exceptions import ClientError

TAG = "aws:ResourceTag/Hold"
RESOURCE = "arn:aws:mgn:eu-west-1:111122223333:source-server/s-0123456789abcdef0"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["mgn:FinalizeCutover"], "Resource": "arn:aws:mgn:*:*:source-server/*"},
        {"Effect": "Deny", "Action": "MGN:finalize*", "Resource": "*", "Condition": {"Null": {TAG: "false"}}},
    ],
}


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def role(iam):
    arn = iam.create_role(RoleName="act", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.put_role_policy(RoleName="act", PolicyName="p", PolicyDocument=json.dumps(POLICY))
    return arn


def simulate(iam, role, action="mgn:FinalizeCutover", resource=RESOURCE, **context):
    entries = [
        {"ContextKeyName": key, "ContextKeyType": "string", "ContextKeyValues": [value]}
        for key, value in context.items()
    ]
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource], ContextEntries=entries
    )
    return answer["EvaluationResults"][0]


@pytest.mark.parametrize(
    ("request_", "decision"),
    [
        ({}, "allowed"),
        ({"action": "mgn:MarkAsArchived"}, "implicitDeny"),
        ({"resource": "arn:aws:mgn:eu-west-1:111122223333:job/mgnjob-1"}, "implicitDeny"),
        ({TAG: ""}, "explicitDeny"),
        ({TAG.upper(): "x"}, "explicitDeny"),
    ],
    ids=str,
)
def test_the_policies_of_the_role_decide(iam, role, request_, decision):
    assert simulate(iam, role, **request_)["EvalDecision"] == decision


def test_a_condition_key_without_a_value_is_named(iam, role):
    assert simulate(iam, role)["MissingContextValues"] == [TAG]
    assert simulate(iam, role, **{TAG: ""})["MissingContextValues"] == []


def test_an_attached_policy_counts(iam, role):
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    arn = iam.create_policy(PolicyName="all", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="act", PolicyArn=arn)

    assert simulate(iam, role, action="mgn:MarkAsArchived")["EvalDecision"] == "allowed"


def test_a_role_that_does_not_exist_is_not_found(iam):
    with pytest.raises(ClientError, match="NoSuchEntity"):
        simulate(iam, "arn:aws:iam::111122223333:role/nobody")
