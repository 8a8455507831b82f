"""The permissions of the evidence bucket: allowed to add records, and nothing else, while IAM is enforced."""

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.integration.acting import Acting
from tests.integration.deployed_role import REGION

SERVER = "s-0123456789abcdef0"
NAMED = "records-of-cutovers"


@pytest.fixture
def s3(aws):
    return boto3.client("s3", endpoint_url=aws.url, region_name=REGION)


@pytest.fixture
def act(aws, s3, monkeypatch):
    """Returns the function that has a locked bucket, with the role of a stack with these parameters."""
    s3.create_bucket(
        Bucket=NAMED, CreateBucketConfiguration={"LocationConstraint": REGION}, ObjectLockEnabledForBucket=True
    )
    aws.add_source_server("ready", sourceServerID=SERVER)
    monkeypatch.setenv("EVIDENCE_BUCKET", NAMED)
    return lambda **parameters: Acting(aws, monkeypatch, **parameters)


def test_with_the_parameter_the_role_may_add_records(aws, act):
    report = act(EvidenceBucketName=NAMED).asks({"sourceServerID": SERVER, "waitMinutes": 0})

    assert report["outcome"] == "FINALIZED"
    assert [call["status"] for call in aws.calls("s3")] == [200, 200]


@pytest.mark.parametrize("parameters", [{}, {"EvidenceBucketName": "another-bucket"}])
def test_without_it_the_role_may_not_and_nothing_is_finalized(act, parameters):
    acting = act(**parameters)

    report = acting.asks({"sourceServerID": SERVER, "waitMinutes": 0})

    assert (report["outcome"], report["error"]["code"]) == ("FAILED", "AccessDenied")
    assert acting.state(SERVER) == "CUTTING_OVER"


def test_the_role_may_neither_read_nor_delete_a_record(aws, act):
    acting = act(EvidenceBucketName=NAMED)
    acting.asks({"sourceServerID": SERVER, "waitMinutes": 0})
    s3 = acting.client("s3")

    for call in (s3.get_object, s3.delete_object, s3.head_object):
        with pytest.raises(ClientError) as caught:
            call(Bucket=NAMED, Key="111122223333/x")
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.list_objects_v2(Bucket=NAMED)
