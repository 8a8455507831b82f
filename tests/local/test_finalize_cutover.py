"""FinalizeCutover of the local MGN: its documented effects, and each error of its model."""

from datetime import datetime, timedelta

import pytest
from botocore.exceptions import ClientError

SERVER = "s-0123456789abcdef0"
STRANGER = "s-fedcba9876543210f"


def moment(text):
    return datetime.fromisoformat(text)


@pytest.fixture
def ready(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER)


def test_the_answer_shows_a_server_that_is_cut_over_and_disconnected(mgn, ready):
    answer = mgn.finalize_cutover(sourceServerID=SERVER)

    assert answer["lifeCycle"]["state"] == "CUTOVER"
    assert answer["dataReplicationInfo"]["dataReplicationState"] == "DISCONNECTED"


def test_the_replicated_data_is_gone_at_once(mgn, ready):
    assert all(disk["totalStorageBytes"] for disk in ready["dataReplicationInfo"]["replicatedDisks"])

    answer = mgn.finalize_cutover(sourceServerID=SERVER)

    assert [disk["totalStorageBytes"] for disk in answer["dataReplicationInfo"]["replicatedDisks"]] == [0, 0]


def test_lag_and_eta_are_nullified(aws, mgn):
    eta = {"dataReplicationInfo": {"etaDateTime": "2026-11-23T12:00:00Z"}}
    aws.add_source_server("ready", sourceServerID=SERVER, overrides=eta)

    answer = mgn.finalize_cutover(sourceServerID=SERVER)

    assert answer["dataReplicationInfo"].keys() & {"lagDuration", "etaDateTime"} == set()


def test_the_moment_of_finalizing_is_kept(mgn, ready):
    cutover = mgn.finalize_cutover(sourceServerID=SERVER)["lifeCycle"]["lastCutover"]

    age = datetime.now().astimezone() - moment(cutover["finalized"]["apiCallDateTime"])
    assert timedelta(0) <= age < timedelta(minutes=1)
    assert cutover["initiated"] == ready["lifeCycle"]["lastCutover"]["initiated"]


def test_what_is_read_later_is_what_was_answered(mgn, ready):
    answer = mgn.finalize_cutover(sourceServerID=SERVER)

    (read,) = mgn.describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"]
    del answer["ResponseMetadata"]
    assert read["dataReplicationInfo"] == answer["dataReplicationInfo"]
    assert read["lifeCycle"] | {"lastSeenByServiceDateTime": ""} == answer["lifeCycle"] | {
        "lastSeenByServiceDateTime": ""
    }


def test_the_launched_instance_stays(mgn, ec2, ready):
    mgn.finalize_cutover(sourceServerID=SERVER)

    (status,) = ec2.describe_instance_status(InstanceIds=[ready["launchedInstance"]["ec2InstanceID"]])[
        "InstanceStatuses"
    ]
    assert status["InstanceState"]["Name"] == "running"


def test_no_job_is_made(mgn, ready):
    before = mgn.describe_jobs()["items"]

    mgn.finalize_cutover(sourceServerID=SERVER)

    assert mgn.describe_jobs()["items"] == before


def test_the_agent_falls_silent_within_ten_minutes(aws, mgn, ready):
    finalized = mgn.finalize_cutover(sourceServerID=SERVER)["lifeCycle"]["lastCutover"]["finalized"]

    aws.advance(3600)

    (server,) = mgn.describe_source_servers()["items"]
    last_seen = moment(server["lifeCycle"]["lastSeenByServiceDateTime"])
    silence = last_seen + timedelta(hours=1) - moment(finalized["apiCallDateTime"])
    assert timedelta(0) < silence <= timedelta(minutes=10)


def test_an_agent_that_stays_is_still_heard(aws, mgn):
    aws.add_source_server("ready", sourceServerID=SERVER, agentStays=True)
    mgn.finalize_cutover(sourceServerID=SERVER)

    aws.advance(3600)

    (server,) = mgn.describe_source_servers()["items"]
    silence = datetime.now().astimezone() - moment(server["lifeCycle"]["lastSeenByServiceDateTime"])
    assert silence < timedelta(minutes=1)


def test_an_account_that_was_never_set_up_is_uninitialized(client):
    elsewhere = client("mgn", region_name="us-east-1")

    with pytest.raises(elsewhere.exceptions.UninitializedAccountException) as refusal:
        elsewhere.finalize_cutover(sourceServerID=SERVER)

    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_an_unknown_server_is_not_found(mgn, ready):
    with pytest.raises(mgn.exceptions.ResourceNotFoundException) as refusal:
        mgn.finalize_cutover(sourceServerID=STRANGER)

    answer = refusal.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert (answer["resourceId"], answer["resourceType"]) == (STRANGER, "SourceServer")


def test_an_id_that_breaks_the_pattern_is_invalid(mgn, ready):
    with pytest.raises(mgn.exceptions.ValidationException) as refusal:
        mgn.finalize_cutover(sourceServerID="x" * 19)

    answer = refusal.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["reason"] == "fieldValidationFailed"
    assert [field["name"] for field in answer["fieldList"]] == ["sourceServerID"]


@pytest.mark.parametrize(
    ("scenario", "state"),
    [
        ("finalized", "CUTOVER"),
        ("replicating", "READY_FOR_CUTOVER"),
        ("reverted", "READY_FOR_CUTOVER"),
        ("failed-launch", "READY_FOR_CUTOVER"),
        ("disconnected", "DISCONNECTED"),
    ],
)
def test_a_server_in_another_state_is_a_conflict(aws, mgn, scenario, state):
    aws.add_source_server(scenario, sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ConflictException, match=f"for a {state} server") as refusal:
        mgn.finalize_cutover(sourceServerID=SERVER)

    answer = refusal.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert answer["resourceId"] == SERVER
    assert [error["resourceId"] for error in answer["errors"]] == [SERVER]


def test_an_archived_server_is_a_conflict(aws, mgn):
    aws.add_source_server("ready", sourceServerID=SERVER, overrides={"isArchived": True})

    with pytest.raises(mgn.exceptions.ConflictException, match="archived"):
        mgn.finalize_cutover(sourceServerID=SERVER)


@pytest.mark.parametrize("scenario", ["launching", "booting", "old-snapshot", "failed-action", "impaired"])
def test_mgn_itself_does_not_look_before_it_finalizes(aws, mgn, scenario):
    aws.add_source_server(scenario, sourceServerID=SERVER)

    answer = mgn.finalize_cutover(sourceServerID=SERVER)

    assert answer["lifeCycle"]["state"] == "CUTOVER"


def test_a_member_account_is_named_by_its_id(local_aws, mgn):
    local_aws.add_source_server("ready", sourceServerID=SERVER, accountID="444455556666")

    answer = mgn.finalize_cutover(sourceServerID=SERVER, accountID="444455556666")

    assert ":444455556666:" in answer["arn"]
    with pytest.raises(ClientError, match="not found"):
        mgn.finalize_cutover(sourceServerID=SERVER)
