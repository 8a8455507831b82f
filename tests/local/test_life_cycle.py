"""The effects of the local MGN's other operations on a source server."""

import pytest

SERVER = "s-0123456789abcdef0"
STRANGER = "s-fedcba9876543210f"


def read(mgn, server=SERVER):
    (document,) = mgn.describe_source_servers(filters={"sourceServerIDs": [server]})["items"]
    return document


def test_a_cutover_changes_the_state_before_any_instance_exists(aws, mgn):
    aws.add_source_server("replicating", sourceServerID=SERVER)

    answer = mgn.start_cutover(sourceServerIDs=[SERVER], tags={"wave": "1"})

    server = read(mgn)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert answer["job"]["initiatedBy"] == "START_CUTOVER"
    assert answer["job"]["tags"] == {"wave": "1"}
    assert server["lifeCycle"]["state"] == "CUTTING_OVER"
    assert server["lifeCycle"]["lastCutover"]["initiated"]["jobID"] == answer["job"]["jobID"]
    assert "launchedInstance" not in server


def test_one_job_cuts_over_several_servers(aws, mgn):
    servers = [aws.add_source_server("replicating")["sourceServerID"] for _ in range(3)]

    job = mgn.start_cutover(sourceServerIDs=servers)["job"]

    assert [entry["sourceServerID"] for entry in job["participatingServers"]] == servers


def test_a_cutover_of_an_unknown_server_starts_none(aws, mgn):
    aws.add_source_server("replicating", sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ValidationException, match=STRANGER):
        mgn.start_cutover(sourceServerIDs=[SERVER, STRANGER])

    assert read(mgn)["lifeCycle"]["state"] == "READY_FOR_CUTOVER"


@pytest.mark.parametrize(
    ("scenario", "overrides"),
    [
        ("ready", {}),
        ("finalized", {}),
        ("replicating", {"lifeCycle": {"state": "TESTING"}}),
        ("replicating", {"isArchived": True}),
        ("replicating", {"dataReplicationInfo": {"lagDuration": None}}),
    ],
)
def test_a_cutover_starts_only_from_a_launchable_server(aws, mgn, scenario, overrides):
    aws.add_source_server(scenario, sourceServerID=SERVER, overrides=overrides)

    with pytest.raises(mgn.exceptions.ConflictException, match="Cannot StartCutover"):
        mgn.start_cutover(sourceServerIDs=[SERVER])


def test_a_server_takes_part_in_one_job_at_a_time(aws, mgn):
    aws.add_source_server("launching", sourceServerID=SERVER)
    mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "READY_FOR_CUTOVER"})

    with pytest.raises(mgn.exceptions.ConflictException, match="participates in a job"):
        mgn.start_cutover(sourceServerIDs=[SERVER])


def test_a_cutover_that_is_reverted_leaves_the_instance_running(aws, mgn, ec2):
    before = aws.add_source_server("ready", sourceServerID=SERVER)

    server = mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "READY_FOR_CUTOVER"})

    cutover = server["lifeCycle"]["lastCutover"]
    statuses = ec2.describe_instance_status(InstanceIds=[before["launchedInstance"]["ec2InstanceID"]])
    assert server["lifeCycle"]["state"] == "READY_FOR_CUTOVER"
    assert cutover["reverted"]["apiCallDateTime"] > cutover["initiated"]["apiCallDateTime"]
    assert len(statuses["InstanceStatuses"]) == 1


@pytest.mark.parametrize(("state", "outcome"), [("READY_FOR_TEST", "reverted"), ("READY_FOR_CUTOVER", "finalized")])
def test_a_test_is_reverted_or_finalized_by_the_next_state(aws, mgn, state, outcome):
    last_test = {"finalized": None}
    overrides = {"lifeCycle": {"state": "TESTING", "lastTest": last_test}}
    aws.add_source_server("replicating", sourceServerID=SERVER, overrides=overrides)

    server = mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": state})

    assert server["lifeCycle"]["lastTest"].keys() == {"initiated", outcome}


def test_a_finalized_server_cannot_be_taken_back(aws, mgn):
    aws.add_source_server("finalized", sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ConflictException, match="reinstall the Replication Agent"):
        mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "READY_FOR_CUTOVER"})


def test_a_server_without_lag_is_not_launchable(aws, mgn):
    aws.add_source_server("disconnected", sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ConflictException, match="not launchable"):
        mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "READY_FOR_CUTOVER"})


def test_a_server_that_still_replicates_cannot_be_declared_cut_over(aws, mgn):
    aws.add_source_server("ready", sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ConflictException):
        mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "CUTOVER"})


def test_a_disconnected_server_can_be_declared_cut_over(aws, mgn):
    aws.add_source_server("ready", sourceServerID=SERVER)
    mgn.disconnect_from_service(sourceServerID=SERVER)

    server = mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "CUTOVER"})

    assert server["lifeCycle"]["state"] == "CUTOVER"
    assert "finalized" in server["lifeCycle"]["lastCutover"]


def test_disconnecting_stops_replication(aws, mgn):
    aws.add_source_server("replicating", sourceServerID=SERVER)

    server = mgn.disconnect_from_service(sourceServerID=SERVER)

    assert server["lifeCycle"]["state"] == "DISCONNECTED"
    assert server["dataReplicationInfo"]["dataReplicationState"] == "DISCONNECTED"
    assert {disk["totalStorageBytes"] for disk in server["dataReplicationInfo"]["replicatedDisks"]} == {0}
    assert "lagDuration" not in server["dataReplicationInfo"]


def test_disconnecting_twice_is_a_conflict(aws, mgn):
    aws.add_source_server("disconnected", sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ConflictException):
        mgn.disconnect_from_service(sourceServerID=SERVER)


@pytest.mark.parametrize("scenario", ["finalized", "disconnected"])
def test_what_no_longer_replicates_can_be_archived(aws, mgn, scenario):
    aws.add_source_server(scenario, sourceServerID=SERVER)

    answers = [mgn.mark_as_archived(sourceServerID=SERVER) for _ in range(2)]

    assert [answer["isArchived"] for answer in answers] == [True, True]


@pytest.mark.parametrize("scenario", ["ready", "replicating"])
def test_what_replicates_cannot_be_archived(aws, mgn, scenario):
    aws.add_source_server(scenario, sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ConflictException):
        mgn.mark_as_archived(sourceServerID=SERVER)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("change_server_life_cycle_state", {"lifeCycle": {"state": "READY_FOR_TEST"}}),
        ("disconnect_from_service", {}),
        ("mark_as_archived", {}),
    ],
)
def test_an_unknown_server_is_not_found(mgn, operation, parameters):
    with pytest.raises(mgn.exceptions.ResourceNotFoundException):
        getattr(mgn, operation)(sourceServerID=STRANGER, **parameters)


def test_a_region_is_set_up_by_initializing_it(client):
    elsewhere = client("mgn", region_name="us-east-1")
    with pytest.raises(elsewhere.exceptions.UninitializedAccountException):
        elsewhere.describe_source_servers()

    answer = elsewhere.initialize_service()

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert elsewhere.describe_source_servers()["items"] == []


def test_a_launch_after_a_revert_goes_well(aws, mgn):
    aws.add_source_server("old-snapshot", sourceServerID=SERVER)
    mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "READY_FOR_CUTOVER"})

    job_id = mgn.start_cutover(sourceServerIDs=[SERVER])["job"]["jobID"]
    aws.advance(3600)

    events = {item["event"] for item in mgn.describe_job_log_items(jobID=job_id)["items"]}
    assert events.isdisjoint({"SNAPSHOT_FAIL", "USING_PREVIOUS_SNAPSHOT"})
