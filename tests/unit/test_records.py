"""The records of a request in the evidence bucket: the intent before the write, the result after it, and audits."""

import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from finalize_cutover.cutover.errors import (
    EvidenceNotStoredError,
    InvalidRequestError,
    MgnRefusedError,
    MgnUnavailableError,
)
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.eventbridge import launch_result, sweep
from finalize_cutover.settings import read_settings
from tests.unit import records
from tests.unit.automated import FakeResultPublisher, approved
from tests.unit.automated import launch_result as launch_event
from tests.unit.builders import INSTANCE, JOB, NOW, OTHER_SERVER, SERVER, finalized, logged, ready
from tests.unit.evidence_buckets import WITH_BUCKET, FakeEvidenceBucket
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.several_accounts import WEB, in_accounts, one_ready_server_each
from tests.unit.staged import FakeStaging, audited, production

FOLDER = f"111122223333/{SERVER}/{JOB}"
INTENT, RESULT = f"{FOLDER}/intent.json", f"{FOLDER}/result.json"
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "evidence.schema.json").read_text())
UNAVAILABLE = MgnUnavailableError("s3:PutObject failed with SlowDown (503).", code="SlowDown", http_status=503)
DENIED = MgnRefusedError("s3:PutObject failed with AccessDenied (403).", code="AccessDenied", http_status=403)


def in_evidence(aws, bucket, **differences):
    usual = {"settings": WITH_BUCKET, "make_evidence_bucket": lambda *_: bucket}
    return invocation(aws, **{**usual, **differences})


def ask(aws, bucket, *, server=SERVER, **request):
    return direct.handle({"sourceServerID": server, "waitMinutes": 0, **request}, in_evidence(aws, bucket))


def test_a_write_has_its_intent_before_and_its_result_after():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    writes = {}
    bucket.before = lambda key: writes.update({key: list(aws.writes)})

    ask(aws, bucket)

    assert bucket.stored == [INTENT, RESULT]
    assert writes == {INTENT: [], RESULT: ["FinalizeCutover"]}


def test_without_a_bucket_nothing_is_recorded():
    aws = FakeAws(ready())

    direct.handle({"sourceServerID": SERVER}, invocation(aws))

    assert aws.finalized == [SERVER]


@pytest.mark.parametrize("error", [UNAVAILABLE, DENIED], ids=["unavailable", "denied"])
def test_without_the_intent_nothing_is_written(error):
    aws, bucket = FakeAws(ready(), ready(OTHER_SERVER)), FakeEvidenceBucket()
    bucket.fail(f"{SERVER}/{JOB}/intent", error)

    report = direct.handle({"sourceServerIDs": [SERVER, OTHER_SERVER], "waitMinutes": 0}, in_evidence(aws, bucket))

    assert aws.finalized == [OTHER_SERVER]
    assert report["servers"][0]["outcome"] == "FAILED"
    assert (report["servers"][0]["error"]["code"], report["servers"][0]["changed"]) == (error.code, False)


def test_an_intent_that_time_can_cure_is_stored_while_the_request_waits():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    bucket.fail("intent", UNAVAILABLE)

    report = ask(aws, bucket, waitMinutes=1)

    assert (report["outcome"], bucket.stored) == ("FINALIZED", [INTENT, INTENT, RESULT])


def test_the_intent_says_what_was_known_and_decided():
    evidence = ready(
        hostname="web-1", tags={"Owner": "a secret"}, log=(logged("JOB_START"), logged("LAUNCH_END", "s-x"))
    )
    aws, bucket = FakeAws(evidence), FakeEvidenceBucket()
    context = type("Context", (), {"aws_request_id": "request-1"})()

    direct.handle(
        {
            "sourceServerID": SERVER,
            "soakMinutes": 5,
            "waive": ["first-boot"],
            "approvedInstances": {SERVER: INSTANCE},
            "requestedBy": "execution wave-1",
            "approvedBy": "Jane Doe",
        },
        in_evidence(aws, bucket, context=context),
    )

    intent = bucket.record("intent")
    assert intent["subject"] == {
        "accountID": "111122223333",
        "sourceServerID": SERVER,
        "hostname": "web-1",
        "applicationID": None,
        "cutoverJobID": JOB,
        "launchedInstanceID": INSTANCE,
    }
    assert intent["requestedBy"] == {
        "handler": "direct",
        "functionRequestID": "request-1",
        "requestedBy": "execution wave-1",
        "approvedBy": "Jane Doe",
    }
    assert (intent["options"]["soakMinutes"], intent["options"]["waive"]) == (5, ["first-boot"])
    assert intent["approvedInstanceID"] == INSTANCE
    assert intent["recordedAt"] == intent["evidenceReadAt"] == NOW.isoformat().replace("+00:00", "Z")
    assert {"lifecycle", "cutover-job", "soak", "approval"} <= {finding["rule"] for finding in intent["readiness"]}
    assert [line["event"] for line in intent["jobLog"]] == ["JOB_START"]
    assert (intent["launch"]["jobType"], intent["launch"]["launchStatus"]) == ("LAUNCH", "LAUNCHED")


@pytest.mark.parametrize("name", ["intent", "result"])
def test_no_record_has_a_tag(name):
    aws, bucket = FakeAws(ready(tags={"Owner": "a secret"})), FakeEvidenceBucket()

    ask(aws, bucket)

    assert "a secret" not in json.dumps(bucket.record(name))


def test_the_result_has_the_sha_256_of_its_intent():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()

    ask(aws, bucket)

    result = bucket.record("result")
    assert result["intent"] == {"key": INTENT, "sha256": hashlib.sha256(bucket.objects[INTENT]).hexdigest()}
    assert (result["report"]["outcome"], result["report"]["changed"]) == ("FINALIZED", True)


def test_an_intent_beside_an_earlier_one_is_stored_under_a_name_of_its_own():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    bucket.objects |= {INTENT: b"earlier", RESULT: b"earlier"}

    ask(aws, bucket)

    stored = bucket.record("result-")["intent"]
    assert hashlib.sha256(bucket.objects[stored["key"]]).hexdigest() == stored["sha256"]
    assert stored["key"] == f"{FOLDER}/intent-{stored['sha256']}.json"
    assert bucket.objects[INTENT] == bucket.objects[RESULT] == b"earlier"


def test_a_write_that_had_no_effect_is_recorded_too():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    aws.fail("FinalizeCutover", DENIED)

    ask(aws, bucket)

    result = bucket.record("result")
    assert (result["report"]["outcome"], result["report"]["changed"]) == ("FAILED", False)
    assert result["intent"]["key"] == INTENT


def test_a_throttled_write_that_is_sent_again_has_one_intent():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    aws.fail("FinalizeCutover", MgnUnavailableError("throttled", code="ThrottlingException", is_throttled=True))

    ask(aws, bucket)

    assert (aws.finalized, bucket.stored) == ([SERVER], [INTENT, RESULT])


def test_each_look_at_a_server_has_an_intent_of_its_own():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    aws.fail("FinalizeCutover", MgnUnavailableError("no answer"))

    ask(aws, bucket)

    intents = [key for key in bucket.objects if "intent" in key]
    assert (aws.finalized, len(intents)) == ([SERVER], 2)
    assert bucket.record("result")["intent"]["key"] == intents[1]


def test_a_cutover_that_was_finalized_before_is_recorded_once_without_an_intent():
    aws, bucket = FakeAws(finalized()), FakeEvidenceBucket()

    for _ in range(2):
        ask(aws, bucket)

    assert list(bucket.objects) == [RESULT]
    assert bucket.record("result")["intent"] is None


@pytest.mark.parametrize("request_", [{"dryRun": True}, {"action": "check"}, {"action": "select"}])
def test_what_writes_nothing_records_nothing(request_):
    bucket = FakeEvidenceBucket()

    direct.handle({"sourceServerID": SERVER, **request_}, in_evidence(FakeAws(ready()), bucket))

    assert bucket.stored == []


def test_a_server_that_is_not_ready_has_no_record():
    bucket = FakeEvidenceBucket()

    ask(FakeAws(ready(first_boot="STOPPED")), bucket)

    assert bucket.stored == []


def test_a_result_is_logged_before_it_is_stored():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    bucket.fail("result", DENIED, DENIED)

    with records.log_lines() as lines, pytest.raises(EvidenceNotStoredError) as caught:
        ask(aws, bucket)

    assert aws.finalized == [SERVER]
    assert [line["outcome"] for line in lines] == ["FINALIZED"]
    assert str(caught.value) == f"The evidence bucket does not have the record of source server {SERVER}: {DENIED}"


def test_a_result_that_time_can_cure_is_stored_a_little_later():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    bucket.fail("result", *[UNAVAILABLE] * 4)

    report = ask(aws, bucket)

    assert (report["outcome"], aws.clock.sleeps[-3:]) == ("FINALIZED", [5, 10, 20])
    assert bucket.record("result")["report"]["changed"] is True


def test_it_is_tried_again_for_a_minute_only():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    bucket.fail("result", *[UNAVAILABLE] * 40)

    with pytest.raises(EvidenceNotStoredError):
        ask(aws, bucket)

    assert sum(aws.clock.sleeps) < 60


def test_what_the_event_bus_refused_is_published_although_the_result_cannot_be_stored():
    aws, bucket, bus = FakeAws(approved()), FakeEvidenceBucket(), FakeResultPublisher(refuses=1)
    bucket.fail("result", DENIED, DENIED)

    with pytest.raises(EvidenceNotStoredError):
        launch_result.handle(launch_event(SERVER), in_evidence(aws, bucket, make_publisher=lambda _until: bus))

    assert [report.changed for report in bus.told] == [True]


def test_a_retry_stores_that_the_cutover_is_finalized():
    aws, bucket = FakeAws(ready()), FakeEvidenceBucket()
    bucket.fail("result", DENIED, DENIED)
    with pytest.raises(EvidenceNotStoredError):
        ask(aws, bucket)

    ask(aws, bucket)

    assert (aws.finalized, bucket.record("result")["report"]["outcome"]) == ([SERVER], "FINALIZED")


def test_the_records_are_as_in_the_schema():
    aws, bucket = FakeAws(ready(), audited(OTHER_SERVER)), FakeEvidenceBucket()
    ask(aws, bucket)
    staging = FakeStaging(*production())
    direct.handle(
        {"action": "audit", "sourceServerID": OTHER_SERVER},
        in_evidence(aws, bucket, make_staging=lambda *_: staging),
    )

    kinds = set()
    for body in bucket.objects.values():
        record = json.loads(body)
        Draft202012Validator(SCHEMA).validate(record)
        kinds.add(record["kind"])
    assert kinds == {"intent", "result", "audit"}


def test_an_audit_is_stored_under_its_time():
    bucket = FakeEvidenceBucket()
    staging = FakeStaging(*production())

    direct.handle(
        {"action": "audit", "sourceServerID": SERVER},
        in_evidence(FakeAws(audited()), bucket, make_staging=lambda *_: staging),
    )

    assert bucket.stored == [f"{FOLDER}/audit-{NOW:%Y%m%dT%H%M%SZ}.json"]


def test_an_audit_that_is_too_early_is_not_stored():
    bucket = FakeEvidenceBucket()

    direct.handle(
        {"action": "audit", "sourceServerID": SERVER},
        in_evidence(FakeAws(audited(minutes_ago=5)), bucket, make_staging=lambda *_: FakeStaging()),
    )

    assert bucket.stored == []


def test_the_audits_of_sweeps_are_stored_once_for_each_outcome():
    aws, bucket = FakeAws(audited()), FakeEvidenceBucket()

    for _ in range(2):
        sweep.handle({"action": "sweep"}, in_evidence(aws, bucket, make_staging=lambda *_: FakeStaging(*production())))

    assert list(bucket.objects) == [f"{FOLDER}/audit-CLEAN.json"]


def test_a_sweep_goes_on_without_the_record_of_its_audit():
    aws, bucket = FakeAws(audited()), FakeEvidenceBucket()
    bucket.fail("audit", DENIED)

    with records.log_lines() as lines:
        report = sweep.handle(
            {"action": "sweep"}, in_evidence(aws, bucket, make_staging=lambda *_: FakeStaging(*production()))
        )

    assert report["audit"]["counts"] == {"CLEAN": 1}
    assert [line["code"] for line in lines if line["message"] == "Audit not stored"] == ["AccessDenied"]


def test_a_result_that_is_not_stored_is_raised_before_what_prevented_other_accounts():
    fleet, bucket = one_ready_server_each(), FakeEvidenceBucket()
    fleet[None].fail("DescribeSourceServers", MgnRefusedError("no"))
    bucket.fail("result", DENIED, DENIED)

    with pytest.raises(EvidenceNotStoredError):
        sweep.handle(
            {"action": "sweep"},
            in_accounts(
                fleet,
                members=WEB,
                environment={"EVIDENCE_BUCKET": "evidence"},
                make_evidence_bucket=lambda *_: bucket,
            ),
        )


@pytest.mark.parametrize(
    ("handle", "event", "name"),
    [(sweep.handle, {"action": "sweep"}, "sweep"), (launch_result.handle, launch_event(SERVER), "launch-result")],
    ids=["sweep", "event"],
)
def test_automation_is_recorded_with_its_event(handle, event, name):
    aws, bucket = FakeAws(approved()), FakeEvidenceBucket()

    handle(event, in_evidence(aws, bucket, make_staging=lambda *_: FakeStaging()))

    asked = bucket.record("intent")["requestedBy"]
    assert (asked["handler"], asked.get("eventID")) == (name, event.get("id"))


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("EVIDENCE_BUCKET", "My_Bucket", 'EvidenceBucketName is "My_Bucket"; allowed: the name of an S3 bucket'),
        ("EVIDENCE_RETENTION_DAYS", "0", 'EvidenceRetentionDays is "0"; allowed: a whole number of days from 1 to'),
        ("EVIDENCE_RETENTION_DAYS", "year", 'EvidenceRetentionDays is "year"; allowed: a whole number of days from'),
    ],
)
def test_an_invalid_parameter_is_refused_before_any_call(variable, value, words):
    settings = read_settings({"AWS_REGION": "eu-west-1", "EVIDENCE_BUCKET": "evidence", variable: value})

    aws = FakeAws(ready())

    with pytest.raises(InvalidRequestError) as caught:
        direct.handle({"sourceServerID": SERVER}, invocation(aws, settings=settings))

    assert (words in str(caught.value), aws.calls) == (True, [])


def test_an_id_cannot_make_another_folder():
    evidence = ready(cutover_job="../../x", instance_job="../../x")
    bucket = FakeEvidenceBucket()

    ask(FakeAws(evidence), bucket)

    assert len(bucket.stored) == 2

    assert all(key.count("/") == 3 and ".." not in key for key in bucket.stored)
