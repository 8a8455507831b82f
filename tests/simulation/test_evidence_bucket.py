"""The simulated S3 raises the same errors as boto3's, and the watch finds what no mutant of the function does."""

import json
import random
from datetime import timedelta

import pytest
from botocore.awsrequest import AWSResponse

from finalize_cutover.aws.clients import Clients
from finalize_cutover.aws.evidence_bucket import AwsEvidenceBucket
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.errors import CutoverError
from tests.simulation.aws.evidence_bucket import (
    ANSWERS,
    AT_THE_SAME_TIME,
    BUCKET,
    DAY,
    EXISTS,
    EvidenceBucket,
    S3Client,
    S3Network,
    Stored,
)
from tests.simulation.aws.invocation import Asked, Fault, Invocation
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.sources import Sources
from tests.simulation.aws.truth import Server
from tests.simulation.aws.weather import Weather
from tests.simulation.virtual.machine import Machine
from tests.simulation.virtual.stdlib import installed
from tests.simulation.watch import evidence
from tests.simulation.watch.watch import Watch

SERVER = "s-00000000000000001"
JOB = "mgnjob-00000000000000001"
FOLDER = f"111122223333/{SERVER}/{JOB}"
RECORD = {
    "kind": "intent",
    "requestedBy": {"functionRequestID": "#1 direct"},
    "subject": {"sourceServerID": SERVER, "cutoverJobID": JOB},
}
NOT_STORED = f"The evidence bucket does not have the record of source server {SERVER}: s3:PutObject failed with "


@pytest.fixture
def watch():
    machine = Machine()
    watch = Watch(machine, Mgn(machine, Weather()), Sources(machine), [], is_traced=False)
    watch.bucket = EvidenceBucket(machine=machine)
    watch.mgn.servers.put(SERVER, Server(id=SERVER))
    return watch


@pytest.fixture
def invocation(watch):
    return Invocation(watch.machine, 1, {}, Asked(handler="direct", servers=(SERVER,)), 900, watch)


def found(watch):
    return [violation.invariant for violation in watch.violations]


def outcome_of(watch, invocation, client):
    """Return what the function's adapter makes of *client*'s answer on a simulated machine: True, False or an error."""
    outcomes = []

    class Clock:
        now = staticmethod(watch.machine.date)

    def work():
        limit = TimeLimit(Clock(), until=watch.machine.date(900))
        bucket = AwsEvidenceBucket(
            lambda: client, name=BUCKET, retention=timedelta(days=365), clock=Clock(), limit=limit
        )
        try:
            outcomes.append(bucket.store(f"{FOLDER}/intent.json", json.dumps(RECORD).encode()))
        except CutoverError as error:
            own = {name: getattr(error, name, None) for name in ("code", "http_status", "is_throttled")}
            outcomes.append((type(error), own))

    with installed():
        invocation.start(work)
        watch.machine.run()
    return outcomes[0]


def simulated(watch, *, spell=None, **weather):
    watch.bucket.spell = spell
    return watch.bucket, S3Network(watch.bucket, watch.machine, random.Random(1), Weather(**weather))


def answered(code, status, message):
    """Return boto3's client, with an error response in place of the network."""

    class Raw:
        def stream(self, *_):
            yield f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()

    boto = Clients().get("s3")
    boto.meta.events.register(
        "before-send.s3.*",
        lambda request, **_: AWSResponse(request.url, status, {"content-type": "application/xml"}, Raw()),
    )
    return boto


def test_an_answer_that_is_lost_after_the_effect_is_followed_by_one_that_the_key_exists(watch, invocation):
    bucket, network = simulated(watch, spell="broken after")

    is_new = outcome_of(watch, invocation, S3Client(invocation, bucket, network))

    assert (is_new, list(bucket.objects)) == (False, [f"{FOLDER}/intent.json"])


@pytest.mark.parametrize("fault", sorted(ANSWERS.keys() - {"broken after"}))
def test_an_error_of_s3_is_one_for_both(watch, invocation, fault):
    bucket, network = simulated(watch, spell=fault)

    outcomes = [
        outcome_of(watch, invocation, client)
        for client in (S3Client(invocation, bucket, network), answered(*ANSWERS[fault], "Made to be."))
    ]

    assert outcomes[0] == outcomes[1]
    assert outcomes[0][1]["code"] == ANSWERS[fault][0]


def test_a_write_at_the_same_time_is_one_for_both(watch, invocation):
    bucket, network = simulated(watch, busy_rate=1.0)

    outcomes = [
        outcome_of(watch, invocation, client)
        for client in (S3Client(invocation, bucket, network), answered(*AT_THE_SAME_TIME))
    ]

    assert outcomes[0] == outcomes[1]
    assert bucket.objects == {}


def test_a_key_that_exists_is_one_for_both(watch, invocation):
    bucket, network = simulated(watch)
    client = S3Client(invocation, bucket, network)

    outcomes = [outcome_of(watch, invocation, each) for each in (client, client, answered(*EXISTS))]

    assert outcomes == [True, False, False]
    assert found(watch) == []


def stored(key=f"{FOLDER}/intent.json", *, locked_for=365 * DAY, **differences):
    record = {**RECORD, **differences}
    return Stored(key=key, body=json.dumps(record).encode(), stored_at=0.0, locked_until=locked_for, record=record)


@pytest.mark.parametrize(
    ("differences", "invariant"),
    [
        ({}, None),
        ({"key": f"444455556666/{SERVER}/{JOB}/intent.json"}, "record in another folder"),
        ({"locked_for": None}, "record not locked"),
        ({"locked_for": 364 * DAY}, "record not locked"),
        ({"sourceServer": {"launch": [{"tags": {}}]}}, "tag in a record"),
        ({"warnings": ["Owner is payroll-of-the-board"]}, "tag in a record"),
        ({"kind": "result", "intent": {"key": f"{FOLDER}/intent.json", "sha256": "0"}}, "result of another intent"),
    ],
)
def test_a_record_that_is_not_in_order_is_found(watch, invocation, differences, invariant):
    evidence.check_stored(watch, invocation, stored(**differences), None)

    assert found(watch) == ([invariant] if invariant else [])


def test_a_second_version_of_a_record_is_found(watch, invocation):
    evidence.check_stored(watch, invocation, stored(), stored())

    assert found(watch) == ["record overwritten"]


@pytest.mark.parametrize(("bucket", "name"), [(None, BUCKET), (EvidenceBucket(machine=Machine()), "another")])
def test_a_record_that_nobody_asked_for_is_found(watch, invocation, bucket, name):
    watch.bucket = bucket

    evidence.check_put(watch, invocation, name, f"{FOLDER}/intent.json")

    assert found(watch) == ["stored unasked"]


@pytest.mark.parametrize(
    ("times", "has_fault", "reason", "invariant"),
    [
        ([0, 5, 15, 35], True, "SlowDown (503)", None),
        ([0, 5], True, "SlowDown (503)", "gave up storing soon"),
        ([0], True, "AccessDenied (403)", None),
        ([0], False, "AccessDenied (403)", "groundless error"),
    ],
)
def test_an_error_about_a_record_needs_a_fault_and_patience(watch, invocation, times, has_fault, reason, invariant):
    invocation.record.puts += [(at, f"{FOLDER}/result.json") for at in times]
    if has_fault:
        fault = Fault(at=0.0, operation="PutObject", kind="throttled", about=frozenset({SERVER}))
        invocation.record.faults.append(fault)

    evidence.check_not_stored(watch, invocation, NOT_STORED + reason)

    assert found(watch) == ([invariant] if invariant else [])
