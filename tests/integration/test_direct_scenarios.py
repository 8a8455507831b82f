"""Each telling state of a source server, through the real handler and real HTTP: the report, and what it cost."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.integration.door import Door

ROOT = Path(__file__).parents[2]
SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
LOOK = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"


@pytest.fixture
def door(aws):
    return Door(aws)


@pytest.fixture(scope="module")
def schema():
    return Draft202012Validator(json.loads((ROOT / "schemas" / "report.schema.json").read_text()))


def open_rules(report):
    return {f["rule"]: f["verdict"] for f in report["readiness"] if f["verdict"] in {"WAIT", "BLOCK"}}


@pytest.mark.parametrize(
    ("scenario", "outcome", "rules"),
    [
        ("ready", "FINALIZED", {}),
        ("source-off", "FINALIZED", {}),
        ("finalized", "FINALIZED", {}),
        ("archived", "FINALIZED", {}),
        ("booting", "NOT_READY", {"first-boot": "WAIT", "instance-status": "WAIT"}),
        (
            "launching",
            "NOT_READY",
            {"cutover-job": "WAIT", "launched-instance": "WAIT", "first-boot": "WAIT", "instance-status": "WAIT"},
        ),
        ("running-action", "NOT_READY", {"post-launch-actions": "WAIT"}),
        ("old-snapshot", "BLOCKED", {"job-log": "BLOCK"}),
        ("failed-action", "BLOCKED", {"post-launch-actions": "BLOCK"}),
        ("impaired", "BLOCKED", {"instance-status": "BLOCK"}),
        ("reverted", "BLOCKED", {"lifecycle": "BLOCK", "cutover-job": "BLOCK"}),
        (
            "failed-launch",
            "BLOCKED",
            {
                "lifecycle": "BLOCK",
                "cutover-job": "BLOCK",
                "job-log": "BLOCK",
                "launched-instance": "BLOCK",
                "first-boot": "WAIT",
                "instance-status": "BLOCK",
            },
        ),
        (
            "replicating",
            "BLOCKED",
            {
                "lifecycle": "BLOCK",
                "cutover-job": "BLOCK",
                "launched-instance": "BLOCK",
                "first-boot": "WAIT",
                "instance-status": "BLOCK",
            },
        ),
    ],
)
def test_a_scenario_is_reported_with_what_keeps_it_from_being_finalized(door, schema, scenario, outcome, rules):
    door.aws.add_source_server(scenario, sourceServerID=SERVER)

    report = door.ask(SERVER)

    assert (report["outcome"], open_rules(report)) == (outcome, rules)
    assert door.writes == (["FinalizeCutover"] if scenario in {"ready", "source-off"} else [])
    schema.validate(report)


def test_a_ready_server_costs_four_reads_and_one_write(door):
    door.aws.add_source_server("ready", sourceServerID=SERVER)

    door.ask(SERVER)

    assert door.aws.operations() == [*LOOK, "FinalizeCutover"]


def test_a_finalized_server_costs_one_read(door):
    door.aws.add_source_server("finalized", sourceServerID=SERVER)

    report = door.ask(SERVER)

    assert door.aws.operations() == ["DescribeSourceServers"]
    assert report["changed"] is False


def test_an_unknown_server_costs_one_read(door):
    report = door.ask(SERVER)

    assert (report["outcome"], report["error"]["message"]) == (
        "NOT_FOUND",
        f"MGN does not list source server {SERVER}.",
    )
    assert door.aws.operations() == ["DescribeSourceServers"]


def test_a_malformed_request_costs_nothing(door):
    with pytest.raises(Exception, match="waitMinutes is 14") as caught:
        door.ask(SERVER, waitMinutes=14)

    assert type(caught.value).__name__ == "InvalidRequestError"
    assert door.aws.operations() == []


def shown(server):
    """What MGN shows of a server, less when it last heard of the agent, which goes on for a while."""
    return {**server, "lifeCycle": {**server["lifeCycle"], "lastSeenByServiceDateTime": None}}


@pytest.fixture
def see(mgn):
    """Asks MGN itself for the server."""
    return lambda: shown(mgn.describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"][0])


def test_a_second_run_changes_nothing(door, see):
    door.aws.add_source_server("ready", sourceServerID=SERVER)
    first = door.ask(SERVER)
    before = see()

    second = door.ask(SERVER)

    assert (first["changed"], second["changed"], door.writes) == (True, False, [])
    assert see() == before
    same = ("outcome", "finalizedAt", "lifeCycleState", "dataReplicationState", "launchedInstanceID", "cutoverJobID")
    assert [first[name] for name in same] == [second[name] for name in same]


def test_the_report_is_what_mgn_shows_then(door, see):
    door.aws.add_source_server("ready", sourceServerID=SERVER)

    report = door.ask(SERVER)

    server = see()
    assert shown(report["sourceServer"]) == server
    assert (report["lifeCycleState"], report["dataReplicationState"]) == ("CUTOVER", "DISCONNECTED")
    assert report["launchedInstanceID"] == server["launchedInstance"]["ec2InstanceID"]
    assert report["cutoverJobID"] == server["lifeCycle"]["lastCutover"]["initiated"]["jobID"]
    assert report["warnings"] == ["The log of its cutover job has LAUNCH_END, which is not counted."]


@pytest.mark.parametrize("request_", [{"action": "check"}, {"dryRun": True, "archive": True}])
def test_a_check_writes_nothing(door, request_):
    door.aws.add_source_server("ready", sourceServerID=SERVER)

    report = door.ask(SERVER, **request_)

    assert (report["outcome"], report["changed"], door.writes) == ("WOULD_FINALIZE", False, [])


def test_a_waived_rule_lets_a_server_through(door):
    door.aws.add_source_server("old-snapshot", sourceServerID=SERVER)

    report = door.ask(SERVER, waive=["job-log"])

    assert report["outcome"] == "FINALIZED"
    assert [f["rule"] for f in report["readiness"] if f["verdict"] == "WAIVED"] == ["job-log"]


def test_soak_is_counted_from_the_launch_on(door):
    door.aws.add_source_server("ready", sourceServerID=SERVER, cutoverMinutesAgo=45)

    young = door.ask(SERVER, soakMinutes=60)
    door.aws.advance(30 * 60)
    old = door.ask(SERVER, soakMinutes=60)

    assert (young["outcome"], open_rules(young)) == ("NOT_READY", {"soak": "WAIT"})
    assert old["outcome"] == "FINALIZED"


def test_archiving_follows_finalizing(door):
    door.aws.add_source_server("ready", sourceServerID=SERVER)

    report = door.ask(SERVER, archive=True)

    assert door.writes == ["FinalizeCutover", "MarkAsArchived"]
    assert report["sourceServer"]["isArchived"] is True


def test_an_instance_that_is_gone_blocks(door, ec2):
    server = door.aws.add_source_server("ready", sourceServerID=SERVER)
    gone = "i-00000000000000000"
    door.aws.change_source_server(SERVER, launchedInstance={**server["launchedInstance"], "ec2InstanceID": gone})

    report = door.ask(SERVER)

    assert open_rules(report) == {"instance-status": "BLOCK", "launched-instance": "BLOCK"}


def boot_after_the_first_look(aws):
    """Let two minutes pass as soon as the health of the instance was looked at."""
    deadline = time.monotonic() + 10
    while "DescribeInstanceStatus" not in aws.operations() and time.monotonic() < deadline:
        time.sleep(0.01)
    aws.advance(120)


def test_a_server_that_boots_while_we_wait_is_finalized(door):
    door.aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=60)
    door.ask(SERVER, action="check")  # makes the clients, which takes a while
    door.aws.clear_calls()
    with ThreadPoolExecutor() as meanwhile:
        meanwhile.submit(boot_after_the_first_look, door.aws)

        # Of 25 s, 10 are for acting and 10 for looking: 5 are left for the wait.
        report = door.ask(SERVER, waitMinutes=10, seconds_left=25)

    assert (report["outcome"], report["changed"]) == ("FINALIZED", True)
    assert door.aws.operations().count("DescribeSourceServers") == 2


def test_a_server_that_boots_too_late_is_not_ready(door):
    door.aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=60)
    door.ask(SERVER, action="check")

    report = door.ask(SERVER, waitMinutes=10, seconds_left=24)

    assert (report["outcome"], door.writes) == ("NOT_READY", [])
    assert door.aws.operations().count("DescribeSourceServers") == 2


@pytest.mark.parametrize("selector", [{"applicationID": APPLICATION}, {"waveID": WAVE}])
def test_a_group_is_finalized_as_far_as_it_is_ready(door, schema, selector):
    door.aws.add_wave(waveID=WAVE)
    door.aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    door.aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)
    door.aws.add_source_server("impaired", sourceServerID=OTHER_SERVER, applicationID=APPLICATION)

    report = door.send({**selector, "waitMinutes": 0})

    assert (report["outcome"], report["counts"]) == ("PARTIAL", {"FINALIZED": 1, "BLOCKED": 1})
    assert [server["sourceServerID"] for server in report["servers"]] == [SERVER, OTHER_SERVER]
    schema.validate(report)
