"""The evidence bucket of the deployed application: records before and after a write, which nobody can change."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from local.deploy.stack import client

SERVER = "s-0123456789abcdef0"
RETENTION_DAYS = 30


@pytest.fixture
def s3(aws):
    return client("s3", aws.url)


@pytest.fixture
def deployed(aws, deploy_application, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", aws.url)
    found = deploy_application(CreateEvidenceBucket="true", EvidenceRetentionDays=str(RETENTION_DAYS))
    monkeypatch.setenv("EVIDENCE_BUCKET", found.outputs["EvidenceBucket"])
    monkeypatch.setenv("EVIDENCE_RETENTION_DAYS", str(RETENTION_DAYS))
    return found


@pytest.fixture
def bucket(deployed):
    return deployed.outputs["EvidenceBucket"]


def stored(s3, bucket):
    """Return ``{last part of the key: body}``."""
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key.rsplit("/", 1)[1]: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def test_a_cutover_is_recorded_before_and_after_it_is_finalized(deployed, s3, bucket):
    server_id = deployed.add(tags={"Owner": "a secret"})

    report = deployed.asked(sourceServerID=server_id)

    records = stored(s3, bucket)
    assert (report["outcome"], sorted(records)) == ("FINALIZED", ["intent.json", "result.json"])
    result = json.loads(records["result.json"])
    assert result["intent"]["sha256"] == hashlib.sha256(records["intent.json"]).hexdigest()
    assert result["intent"]["key"] == f"{deployed.aws.account}/{server_id}/{report['cutoverJobID']}/intent.json"
    intent = json.loads(records["intent.json"])
    assert intent["jobLog"][0]["loggedAt"]
    assert "a secret" not in str(records)


def test_nobody_can_delete_a_record(deployed, s3, bucket):
    deployed.asked(sourceServerID=deployed.add())
    versions = s3.list_object_versions(Bucket=bucket)["Versions"]

    for version in versions:
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(
                Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"], BypassGovernanceRetention=True
            )

    until = datetime.now(UTC) + timedelta(days=RETENTION_DAYS)
    for version in versions:
        shown = s3.head_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        assert shown["ObjectLockMode"] == "COMPLIANCE"
        assert abs(shown["ObjectLockRetainUntilDate"] - until) < timedelta(minutes=5)


def test_a_further_write_leaves_the_records_as_they_are(deployed, s3, bucket):
    server_id = deployed.add()
    deployed.aws.add_fault("FinalizeCutover", "conflict", times=1)
    deployed.asked(sourceServerID=server_id, waitMinutes=0)
    before = stored(s3, bucket)

    deployed.asked(sourceServerID=server_id)

    after = stored(s3, bucket)
    assert {name: after[name] for name in before} == before
    assert sorted(len(name) for name in after) == [len("intent.json"), len("result.json"), 76, 76]


@pytest.mark.parametrize(
    ("make", "code"),
    [(lambda _s3: None, "NoSuchBucket"), (lambda s3: make_bucket(s3, "plain"), "InvalidRequest")],
    ids=["no bucket", "no Object Lock"],
)
def test_nothing_is_finalized_if_the_bucket_is_not_fit(deployed, s3, monkeypatch, make, code):
    make(s3)
    monkeypatch.setenv("EVIDENCE_BUCKET", "plain")
    server_id = deployed.add()

    report = deployed.asked(sourceServerID=server_id, waitMinutes=0)

    assert (report["outcome"], report["error"]["code"]) == ("FAILED", code)
    assert "EvidenceBucketName" in report["error"]["hint"]
    assert deployed.state(server_id) == "CUTTING_OVER"


def make_bucket(s3, name):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
