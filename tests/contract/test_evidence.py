"""A stack with an evidence bucket: what cannot be recorded fails, says why, and is no dead end."""

import pytest

from finalize_cutover.bootstrap import bootstrap
from finalize_cutover.cutover.errors import MgnRefusedError
from tests.contract.provider import SERVER
from tests.unit.evidence_buckets import FakeEvidenceBucket

DENIED = MgnRefusedError("s3:PutObject failed with AccessDenied (403): denied.", code="AccessDenied", http_status=403)


@pytest.fixture
def bucket():
    return FakeEvidenceBucket()


@pytest.fixture
def provider(new_provider, aws, bucket, monkeypatch):
    monkeypatch.setenv("EVIDENCE_BUCKET", "evidence")
    aws.add_source_server("ready", sourceServerID=SERVER)
    return new_provider(handler=bootstrap(evidence_bucket=lambda *_: bucket))


def writes(aws):
    return aws.operations("mgn").count("FinalizeCutover")


def test_the_record_names_the_stack_and_its_request(provider, bucket):
    exchange = provider.send("Create")

    assert exchange.only_answer().status == "SUCCESS"
    asked = bucket.record("intent")["requestedBy"]
    assert (asked["handler"], asked["stackID"]) == ("cloudformation", provider.address.stack_id)
    assert (asked["logicalResourceID"], asked["eventID"]) == (
        provider.address.logical_resource_id,
        exchange.document["RequestId"],
    )


def test_without_the_intent_the_answer_is_failed_and_nothing_is_written(provider, aws, bucket):
    bucket.fail("intent", DENIED)

    answer = provider.ask("Create")

    assert (answer.status, writes(aws)) == ("FAILED", 0)
    assert "s3:PutObject failed with AccessDenied" in answer.reason


def test_without_the_result_the_answer_is_failed_and_the_next_request_stores_it(provider, aws, bucket):
    bucket.fail("result", DENIED, DENIED)

    first, second = provider.ask("Create"), provider.ask("Create")

    assert (first.status, second.status, writes(aws)) == ("FAILED", "SUCCESS", 1)
    assert f"does not have the record of source server {SERVER}: s3:PutObject failed" in first.reason
    assert bucket.record("result")["report"]["outcome"] == "FINALIZED"


def test_a_rollback_needs_no_bucket(provider, aws, bucket):
    bucket.fail("", *[DENIED] * 9)

    answer = provider.ask("Update", physical_id=SERVER, status="UPDATE_ROLLBACK_IN_PROGRESS")

    assert (answer.status, writes(aws), bucket.stored) == ("SUCCESS", 0, [])
