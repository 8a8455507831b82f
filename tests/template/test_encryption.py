"""Which resources are encrypted with which key, and who can use the key."""

import json
import re

import pytest

from tests.template.iam import is_allowed, statements_of
from tests.template.rendered import deployed

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"
ROLES = ("FinalizeCutoverRole", "FinalizeWaveRole")
USES = ("kms:Decrypt", "kms:GenerateDataKey")


@pytest.fixture(scope="module")
def by_type(transformed):
    """Returns the properties of every resource of a type, with these parameters."""

    def by_type(type_, **parameters):
        found = [one for one in deployed(transformed, **parameters).values() if one["Type"] == type_]
        assert found != []
        return [one["Properties"] for one in found]

    return by_type


@pytest.fixture(scope="module")
def may(transformed):
    """Returns whether a role can use a key through a service; the template has KmsKeyArn by default."""

    def may(role, action, service, *, key=KEY, parameter=KEY):
        statements = statements_of(role, deployed(transformed, KmsKeyArn=parameter))
        via = {"kms:ViaService": f"{service}.<AWS::Region>.amazonaws.com"} if service else {}
        return is_allowed(statements, action, key, via)

    return may


@pytest.fixture(scope="module")
def key_policy(root):
    """Return ``{Sid: statement}`` of the key policy in docs/operations.md."""
    manual = (root / "docs" / "operations.md").read_text()
    blocks = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", manual, re.MULTILINE | re.DOTALL)]
    (policy,) = [block for block in blocks if "kms:" in json.dumps(block)]
    assert policy["Version"] == "2012-10-17"
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def test_aws_own_keys_encrypt_where_no_other_is_named(by_type):
    (bucket,) = by_type("AWS::S3::Bucket")

    assert [queue["SqsManagedSseEnabled"] for queue in by_type("AWS::SQS::Queue")] == [True] * 4
    assert [queue for queue in by_type("AWS::SQS::Queue") if "KmsMasterKeyId" in queue] == []
    assert [group for group in by_type("AWS::Logs::LogGroup") if "KmsKeyId" in group] == []
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ]


def test_the_named_key_encrypts_every_queue_and_nothing_else_does(by_type):
    queues = by_type("AWS::SQS::Queue", KmsKeyArn=KEY)

    assert [queue["KmsMasterKeyId"] for queue in queues] == [KEY] * 4
    # SQS allows only one kind of encryption.
    assert [queue for queue in queues if "SqsManagedSseEnabled" in queue] == []


def test_the_named_key_encrypts_every_log_group(by_type):
    assert [group["KmsKeyId"] for group in by_type("AWS::Logs::LogGroup", KmsKeyArn=KEY)] == [KEY] * 2


def test_the_named_key_encrypts_the_results_by_way_of_a_bucket_key(by_type):
    (bucket,) = by_type("AWS::S3::Bucket", KmsKeyArn=KEY)

    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {"KMSMasterKeyID": KEY, "SSEAlgorithm": "aws:kms"},
    }


@pytest.mark.parametrize("action", USES)
@pytest.mark.parametrize(("role", "service"), [("FinalizeCutoverRole", "sqs"), ("FinalizeWaveRole", "s3")])
def test_each_role_may_use_the_key_through_the_service_that_it_writes_to(may, role, service, action):
    assert may(role, action, service)


@pytest.mark.parametrize("action", USES)
@pytest.mark.parametrize(
    ("role", "service"),
    [
        ("FinalizeCutoverRole", "s3"),
        ("FinalizeCutoverRole", None),
        ("FinalizeWaveRole", "sqs"),
        ("FinalizeWaveRole", None),
    ],
)
def test_no_role_may_use_the_key_in_another_way(may, role, service, action):
    assert not may(role, action, service)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_use_another_key(may, role):
    other = KEY.replace("0123abcd", "9876fedc")

    assert not any(may(role, action, service, key=other) for action in USES for service in ("sqs", "s3"))


@pytest.mark.parametrize("role", ROLES)
def test_without_a_key_no_role_may_use_any(may, role):
    assert not any(may(role, action, service, parameter="") for action in USES for service in ("sqs", "s3"))


@pytest.mark.parametrize(
    "action", ["kms:CreateGrant", "kms:Encrypt", "kms:ReEncryptFrom", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
)
@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_do_more_with_the_key(may, role, action):
    assert not any(may(role, action, service) for service in ("sqs", "s3", None))


def test_the_key_policy_in_the_manual_lets_the_roles_policies_count(key_policy):
    statement = key_policy["LetIamPoliciesOfThisAccountCount"]

    assert statement["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    assert statement["Action"] == "kms:*"


def test_the_key_policy_in_the_manual_lets_cloudwatch_logs_use_it_for_the_stacks_log_groups(key_policy, transformed):
    statement = key_policy["LetCloudWatchLogsUseItForTheLogGroups"]
    groups = [name for name, one in transformed["Resources"].items() if one["Type"] == "AWS::Logs::LogGroup"]

    (patterns,) = statement["Condition"]["ArnLike"].values()
    prefixes = tuple(pattern.removesuffix("*") for pattern in patterns)

    # CloudFormation derives the other name from the stack's name.
    assert groups == ["FinalizeWaveLogs", "FinalizeCutoverLogs"]
    names = ["/aws/vendedlogs/states/finalize-cutover-1", "finalize-cutover-FinalizeCutoverLogs-1"]
    assert all(f"arn:aws:logs:eu-west-1:111122223333:log-group:{name}".startswith(prefixes) for name in names)
    assert statement["Condition"]["ArnLike"].keys() == {"kms:EncryptionContext:aws:logs:arn"}
    assert statement["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}


def test_the_key_policy_in_the_manual_lets_eventbridge_use_it(key_policy):
    statement = key_policy["LetEventBridgeUseItForItsQueues"]

    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert set(statement["Action"]) == set(USES)


def test_the_key_policy_in_the_manual_lets_nobody_else(key_policy):
    principals = [principal for one in key_policy.values() for principal in one["Principal"].values()]

    assert len(principals) == len(key_policy) == 3
    assert "*" not in principals
