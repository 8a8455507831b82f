"""The preflight may read what it needs, only where it is configured, and change nothing."""

import json

import pytest

from finalize_cutover.cutover.preflight.bucket_policy import unknown_denials
from tests.template.iam import actions_of, is_allowed, statements_of
from tests.template.rendered import deployed

ROLE = "FinalizeCutoverRole"
OTHER_ROLE = "arn:aws:iam::111122223333:role/Administrator"
ALWAYS = {
    *("events:DescribeEventBus", "events:DescribeRule", "events:ListRuleNamesByTarget", "events:ListTargetsByRule"),
    "iam:SimulatePrincipalPolicy",
}
WITH = {
    ("DigestTopicArn", "arn:aws:sns:eu-west-1:111122223333:digests"): {"sns:GetTopicAttributes"},
    ("EvidenceBucketName", "records"): {"s3:GetBucketObjectLockConfiguration", "s3:GetBucketPolicy"},
    ("KmsKeyArn", "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"): {"kms:DescribeKey"},
}


def policies(resources):
    """Return the actions of the policies of the preflight."""
    own = [one["Properties"] for name, one in resources.items() if name.startswith("Preflight")]
    return set(actions_of(statement for one in own for statement in one["PolicyDocument"]["Statement"]))


def test_by_default_it_may_read_only_the_event_rules_and_simulate(transformed):
    assert policies(deployed(transformed)) == ALWAYS


@pytest.mark.parametrize("parameter", WITH)
def test_what_is_configured_may_be_read(transformed, parameter):
    name, value = parameter

    assert policies(deployed(transformed, **{name: value})) == ALWAYS | WITH[parameter]


def test_only_the_policies_of_the_own_role_are_simulated(transformed):
    statements = statements_of(ROLE, deployed(transformed))

    allowed = {
        role: is_allowed(statements, "iam:SimulatePrincipalPolicy", role) for role in (f"<{ROLE}.Arn>", OTHER_ROLE)
    }
    assert allowed == {f"<{ROLE}.Arn>": True, OTHER_ROLE: False}


def test_the_objects_of_the_evidence_bucket_are_not_read(transformed):
    statements = statements_of(ROLE, deployed(transformed, EvidenceBucketName="records"))

    assert not is_allowed(statements, "s3:GetObject", "arn:<AWS::Partition>:s3:::records/x")


def test_the_policy_of_the_created_bucket_denies_no_record(transformed):
    policy = deployed(transformed, CreateEvidenceBucket="true")["EvidenceBucketPolicy"]["Properties"]["PolicyDocument"]

    assert unknown_denials(json.dumps(policy)) == []


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ({"Sid": "NotOurs", "Effect": "Deny", "Action": "s3:*"}, ["NotOurs"]),
        ({"Effect": "Deny", "Action": ["s3:GetObject", "s3:putobject"]}, ["a statement without Sid"]),
        ({"Effect": "Deny", "NotAction": "s3:GetObject"}, ["a statement without Sid"]),
        ({"Effect": "Deny", "Action": "s3:GetObject"}, []),
        ({"Effect": "Allow", "Action": "s3:*"}, []),
        ({"Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": False}}}, []),
        (
            {
                "Effect": "Deny",
                "Action": "s3:*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}, "Null": {"x": "true"}},
            },
            ["a statement without Sid"],
        ),
    ],
    ids=str,
)
def test_a_denial_counts_unless_it_never_concerns_the_function(statement, names):
    assert unknown_denials(json.dumps({"Statement": statement})) == names


@pytest.mark.parametrize("policy", ["", "[]", "{}", "null"])
def test_a_policy_that_cannot_be_read_counts(policy):
    assert unknown_denials(policy) == ["a policy that cannot be read"]
