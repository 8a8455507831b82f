"""The evidence bucket in the template: who may write to it, that nobody may change it, and its parameters."""

import re

import pytest

from finalize_cutover.settings import EVIDENCE_RETENTION_DAYS
from tests.template.iam import is_allowed, statements_of
from tests.template.rendered import deployed, rendered

CREATED = {"CreateEvidenceBucket": "true"}
NAMED = {"EvidenceBucketName": "records-of-cutovers"}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"
RECORD = "<EvidenceBucket.Arn>/111122223333/s-0123456789abcdef0/mgnjob-0123456789abcdef0/intent.json"
ONCE = {"aws:SecureTransport": "true", "s3:if-none-match": "*"}
EVERYTHING = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


@pytest.fixture
def policy(transformed):
    """Return the statements of the bucket's policy, after one that allows everything."""
    document = deployed(transformed, **CREATED)["EvidenceBucketPolicy"]["Properties"]["PolicyDocument"]
    return [EVERYTHING, *document["Statement"]]


def variables(transformed, **parameters):
    environment = transformed["Resources"]["FinalizeCutover"]["Properties"]["Environment"]["Variables"]
    return {name: rendered(environment[name], transformed, **parameters) for name in environment if "EVIDENCE" in name}


def test_without_a_decision_there_is_no_bucket_and_no_permission(transformed):
    resources = deployed(transformed)

    assert not {"EvidenceBucket", "EvidenceBucketPolicy", "EvidencePolicy"} & set(resources)
    assert variables(transformed) == {"EVIDENCE_BUCKET": "", "EVIDENCE_RETENTION_DAYS": 365}


@pytest.mark.parametrize(
    ("parameters", "bucket", "arn"),
    [
        (CREATED, "<EvidenceBucket>", "arn:<AWS::Partition>:s3:::<EvidenceBucket>"),
        (NAMED, "records-of-cutovers", "arn:<AWS::Partition>:s3:::records-of-cutovers"),
    ],
    ids=["created", "named"],
)
def test_the_function_may_write_to_the_bucket_that_it_is_told(transformed, parameters, bucket, arn):
    resources = deployed(transformed, **parameters)
    statements = statements_of("FinalizeCutoverRole", resources)

    assert variables(transformed, **parameters)["EVIDENCE_BUCKET"] == bucket
    assert is_allowed(statements, "s3:PutObject", f"{arn}/111122223333/x")
    assert not is_allowed(statements, "s3:PutObject", "arn:<AWS::Partition>:s3:::another/111122223333/x")
    assert rendered(transformed["Outputs"]["EvidenceBucket"]["Value"], transformed, **parameters) == bucket


def test_the_bucket_is_locked_versioned_encrypted_private_and_retained(transformed):
    bucket = deployed(transformed, **CREATED)["EvidenceBucket"]
    properties = bucket["Properties"]

    assert properties["ObjectLockEnabled"] is True
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "AES256" in str(properties["BucketEncryption"])
    assert all(properties["PublicAccessBlockConfiguration"].values())
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_named_key_encrypts_the_records(transformed):
    bucket = deployed(transformed, **CREATED, KmsKeyArn=KEY)["EvidenceBucket"]
    (rule,) = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["ServerSideEncryptionByDefault"] == {"KMSMasterKeyID": KEY, "SSEAlgorithm": "aws:kms"}


@pytest.mark.parametrize(("parameters", "may"), [(CREATED, True), (NAMED, True), ({}, False)])
def test_the_key_is_used_through_s3_only_with_a_bucket(transformed, parameters, may):
    statements = statements_of("FinalizeCutoverRole", deployed(transformed, KmsKeyArn=KEY, **parameters))
    through_s3 = {"kms:ViaService": "s3.<AWS::Region>.amazonaws.com"}

    assert is_allowed(statements, "kms:GenerateDataKey", KEY, through_s3) is may


def test_a_record_can_be_stored_and_read(policy):
    assert is_allowed(policy, "s3:PutObject", RECORD, ONCE)
    assert is_allowed(policy, "s3:GetObject", RECORD, ONCE)


@pytest.mark.parametrize(
    ("action", "context"),
    [
        ("s3:DeleteObject", ONCE),
        ("s3:DeleteObjectVersion", ONCE),
        ("s3:PutObject", {"aws:SecureTransport": "true"}),
        ("s3:PutObject", ONCE | {"aws:SecureTransport": "false"}),
        ("s3:GetObject", {"aws:SecureTransport": "false"}),
    ],
    ids=["delete", "delete a version", "overwrite", "write without TLS", "read without TLS"],
)
def test_nobody_may_do_this_to_a_record(policy, action, context):
    assert not is_allowed(policy, action, RECORD, context)


def test_the_default_retention_is_that_of_the_function(template):
    assert str(template["Parameters"]["EvidenceRetentionDays"]["Default"]) == EVIDENCE_RETENTION_DAYS


@pytest.mark.parametrize("name", ["", "abc", "records.of-cutovers-2026", "a" * 63])
def test_the_name_of_a_bucket_is_allowed(template, name):
    assert re.fullmatch(template["Parameters"]["EvidenceBucketName"]["AllowedPattern"], name)


@pytest.mark.parametrize("name", ["ab", "Records", "a_b", "a" * 64, "bucket/*", "-abc"])
def test_what_is_no_bucket_is_refused(template, name):
    assert not re.fullmatch(template["Parameters"]["EvidenceBucketName"]["AllowedPattern"], name)
