"""The attributes for Fn::GetAtt: MGN's values as strings, the same whether or not this request finalized."""

import re

import pytest

from tests.contract.provider import OTHER_SERVER, SERVER, WEB

WAVE = "wave-0123456789abcdef0"
MEMBER = "444455556666"
ONE = {
    "Outcome",
    "SourceServerArn",
    "LifeCycleState",
    "DataReplicationState",
    "FinalizedAt",
    "LaunchedInstanceID",
    "CutoverJobID",
    "ReplicationResourcesDeletedBy",
}
SEVERAL = {"Outcome", "Total", "Finalized", "NotReady", "Failed"}
ALL = ONE | SEVERAL
A_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@pytest.fixture
def ready(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER)


def of_several(data):
    """Return the attributes of several servers; those of one server must be there, too, and empty."""
    assert data.keys() == ALL
    assert {data[name] for name in ONE - SEVERAL} == {""}
    return {name: data[name] for name in data if name in SEVERAL}


def minutes_between(first, second):
    hours, minutes = (int(second[at]) - int(first[at]) for at in (slice(11, 13), slice(14, 16)))
    return (hours * 60 + minutes) % (24 * 60)


def test_one_server_has_these_attributes(provider, ready):
    data = provider.ask("Create").data

    assert data.keys() == ALL
    assert {data[name] for name in SEVERAL - ONE} == {""}
    assert data["Outcome"] == "FINALIZED"
    assert data["SourceServerArn"] == ready["arn"]
    assert (data["LifeCycleState"], data["DataReplicationState"]) == ("CUTOVER", "DISCONNECTED")
    assert data["LaunchedInstanceID"] == ready["launchedInstance"]["ec2InstanceID"]
    assert data["CutoverJobID"] == ready["lifeCycle"]["lastCutover"]["initiated"]["jobID"]
    assert re.fullmatch(A_TIME, data["FinalizedAt"])
    assert minutes_between(data["FinalizedAt"], data["ReplicationResourcesDeletedBy"]) == 90


def test_the_server_of_a_member_account_is_finalized_there(provider, aws):
    aws.add_source_server("ready", sourceServerID=SERVER, accountID=MEMBER)

    data = provider.ask("Create", {**WEB, "AccountID": MEMBER, "Waive": ["instance-present", "instance-status"]}).data

    assert (data["Outcome"], data["SourceServerArn"].split(":")[4]) == ("FINALIZED", MEMBER)
    assert {call["parameters"].get("accountID") for call in aws.calls("mgn")} == {MEMBER}


def test_a_dry_run_has_them_as_they_are_now(provider, ready):
    data = provider.ask("Create", {**WEB, "DryRun": True}).data

    assert data.keys() == ALL
    assert {data[name] for name in SEVERAL - ONE} == {""}
    assert (data["Outcome"], data["LifeCycleState"]) == ("WOULD_FINALIZE", "CUTTING_OVER")
    assert (data["FinalizedAt"], data["ReplicationResourcesDeletedBy"]) == ("", "")


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        ({"launchedInstance": None}, {"LaunchedInstanceID"}),
        ({"arn": None}, {"SourceServerArn"}),
        (
            {"lifeCycle": {"lastCutover": None}},
            {"CutoverJobID", "FinalizedAt", "ReplicationResourcesDeletedBy"},
        ),
    ],
)
def test_what_mgn_does_not_tell_is_an_empty_string(provider, aws, missing, names):
    aws.add_source_server("finalized", sourceServerID=SERVER)
    aws.change_source_server(SERVER, **missing)

    data = provider.ask("Create").data

    assert data.keys() == ALL
    assert {data[name] for name in SEVERAL - ONE} == {""}
    assert {name for name, value in data.items() if value == ""} - SEVERAL == names


def test_who_finalized_it_and_when_it_is_asked_changes_no_attribute(provider, ready, aws):
    answers = [provider.ask("Create"), provider.ask("Create"), provider.ask("Update", physical_id=SERVER)]

    assert [one.data for one in answers] == [answers[0].data] * 3
    assert aws.operations("mgn").count("FinalizeCutover") == 1


@pytest.mark.parametrize("selector", ["SourceServerIDs", "WaveID"])
def test_several_servers_have_these_attributes(provider, aws, selector):
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID="app-0123456789abcdef0", waveID=WAVE)
    for server_id, scenario in ((SERVER, "ready"), (OTHER_SERVER, "finalized")):
        aws.add_source_server(scenario, sourceServerID=server_id, applicationID="app-0123456789abcdef0")
    selection = {"WaveID": WAVE, "SourceServerIDs": [SERVER, OTHER_SERVER]}[selector]

    data = provider.ask("Create", {selector: selection}).data

    assert of_several(data) == {"Outcome": "FINALIZED", "Total": "2", "Finalized": "2", "NotReady": "0", "Failed": "0"}


def test_the_servers_of_a_wave_are_read_once(provider, aws):
    aws.add_wave(waveID=WAVE)
    aws.add_application(applicationID="app-0123456789abcdef0", waveID=WAVE)
    aws.add_source_server("ready", sourceServerID=SERVER, applicationID="app-0123456789abcdef0")

    provider.ask("Create", {"WaveID": WAVE})

    assert aws.operations("mgn").count("DescribeSourceServers") == 1


def test_those_that_are_not_ready_and_those_that_failed_are_counted_apart(provider, aws):
    aws.add_source_server("impaired", sourceServerID=SERVER)
    several = {"SourceServerIDs": [SERVER, OTHER_SERVER]}

    answer = provider.ask("Update", several, physical_id=SERVER, status="UPDATE_ROLLBACK_IN_PROGRESS")

    found = of_several(answer.data)
    assert found == {"Outcome": "NOT_FOUND", "Total": "2", "Finalized": "0", "NotReady": "1", "Failed": "1"}


def test_a_list_of_one_is_several(provider, ready):
    assert of_several(provider.ask("Create", {"SourceServerIDs": [SERVER]}).data)["Total"] == "1"


@pytest.mark.parametrize("properties", [WEB, {"SourceServerIDs": [SERVER, OTHER_SERVER]}, {}])
def test_a_failed_answer_has_no_attributes(provider, aws, properties):
    aws.add_source_server("impaired", sourceServerID=SERVER)

    assert provider.ask("Create", properties).data == {}


@pytest.mark.parametrize(
    ("properties", "outcome"),
    [
        (WEB, "BLOCKED"),
        ({"SourceServerIDs": [SERVER, OTHER_SERVER]}, "NOT_FOUND"),
        ({"ServerID": SERVER}, "FAILED"),
        ({"WaveID": WAVE}, "FAILED"),
    ],
)
def test_a_rollback_has_every_attribute_that_its_stack_may_look_up(provider, aws, properties, outcome):
    aws.add_source_server("impaired", sourceServerID=SERVER)

    answer = provider.ask("Update", properties, physical_id=SERVER, status="UPDATE_ROLLBACK_IN_PROGRESS")

    assert answer.status == "SUCCESS"
    assert answer.data.keys() == ALL
    assert answer.data["Outcome"] == outcome
