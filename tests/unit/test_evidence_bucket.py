"""The evidence bucket through boto3: what is sent, and what each response means."""

from datetime import timedelta

import pytest
from botocore.stub import ANY

from finalize_cutover.aws.evidence_bucket import AwsEvidenceBucket
from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from tests.unit.builders import NOW
from tests.unit.fakes import FakeClock
from tests.unit.stubs import UNHURRIED, stubbed

KEY = "111122223333/s-0123456789abcdef0/mgnjob-0123456789abcdef0/intent.json"
SENT = {
    "Bucket": "evidence",
    "Key": KEY,
    "Body": b"{}",
    "ContentType": "application/json",
    "ChecksumAlgorithm": "SHA256",
    "IfNoneMatch": "*",
    "ObjectLockMode": "COMPLIANCE",
    "ObjectLockRetainUntilDate": NOW + timedelta(days=30),
}


@pytest.fixture
def s3():
    with stubbed("s3") as pair:
        yield pair


def store(client):
    bucket = AwsEvidenceBucket(
        lambda: client, name="evidence", retention=timedelta(days=30), clock=FakeClock(), limit=UNHURRIED
    )
    return bucket.store(KEY, b"{}")


def test_a_record_is_written_once_and_locked(s3):
    client, stubber = s3
    stubber.add_response("put_object", {}, SENT)

    assert store(client) is True


def test_a_key_that_exists_is_left_as_it_is(s3):
    client, stubber = s3
    stubber.add_client_error("put_object", "PreconditionFailed", http_status_code=412)

    assert store(client) is False


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ConditionalRequestConflict", 409, MgnUnavailableError),
        ("SlowDown", 503, MgnUnavailableError),
        ("InternalError", 500, MgnUnavailableError),
        ("RequestTimeout", 400, MgnUnavailableError),
        ("NoSuchBucket", 404, MgnRefusedError),
        ("AccessDenied", 403, MgnRefusedError),
        ("InvalidRequest", 400, MgnRefusedError),
    ],
)
def test_only_what_time_cures_is_tried_again(s3, code, status, kind):
    client, stubber = s3
    stubber.add_client_error("put_object", code, http_status_code=status, expected_params={**SENT, "Body": ANY})

    with pytest.raises(kind) as caught:
        store(client)

    assert (type(caught.value), caught.value.code, caught.value.http_status) == (kind, code, status)
    assert ("EvidenceBucketName" in caught.value.hint) is (kind is MgnRefusedError)
