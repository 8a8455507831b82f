"""Each scenario of a source server, with the real handler over HTTP: the report, and the calls to AWS."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.integration.caller import Caller

ROOT = Path(__file__).parents[2]
SERVER = "s-0123456789abcdef0"
OTHER_SERVER = "s-0123456789abcdef1"
LOOK = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]
APPLICATION = "app-0123456789abcdef0"
WAVE = "wave-0123456789abcdef0"


@pytest.fixture
def caller(aws):
    return Caller(aws)


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
            {
                "cutover-job": "WAIT",
                "launched-instance": "WAIT",
                "instance-present": "WAIT",
                "first-boot": "WAIT",
                "instance-status": "WAIT",
            },
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
                "instance-present": "BLOCK",
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
                "job-log": "BLOCK",
                "launched-instance": "BLOCK",
                "instance-present": "BLOCK",
                "first-boot": "WAIT",
                "post-launch-actions": "BLOCK",
                "instance-status": "BLOCK",
            },
        ),
    ],
)
def test_a_scenario_is_reported_with_what_keeps_it_from_being_finalized(caller, schema, scenario, outcome, rules):
    caller.aws.add_source_server(scenario, sourceServerID=SERVER)

    report = caller.ask(SERVER)

    assert (report["outcome"], open_rules(report)) == (outcome, rules)
    assert caller.writes == (["FinalizeCutover"] if scenario in {"ready", "source-off"} else [])
    schema.validate(report)


def test_a_ready_server_costs_four_reads_and_one_write(caller):
    caller.aws.add_source_server("ready", sourceServerID=SERVER)

    caller.ask(SERVER)

    described, *together, finalized = caller.aws.operations()
    assert [described, *sorted(together, key=LOOK.index), finalized] == [*LOOK, "FinalizeCutover"]


def test_a_finalized_server_costs_one_read(caller):
    caller.aws.add_source_server("finalized", sourceServerID=SERVER)

    report = caller.ask(SERVER)

    assert caller.aws.operations() == ["DescribeSourceServers"]
    assert report["changed"] is False


def test_an_unknown_server_costs_one_read(caller):
    report = caller.ask(SERVER)

    assert (report["outcome"], report["error"]["message"]) == (
        "NOT_FOUND",
        f"MGN does not list source server {SERVER}.",
    )
    assert caller.aws.operations() == ["DescribeSourceServers"]


def test_a_malformed_request_costs_nothing(caller):
    with pytest.raises(Exception, match="waitMinutes is 14") as caught:
        caller.ask(SERVER, waitMinutes=14)

    assert type(caught.value).__name__ == "InvalidRequestError"
    assert caller.aws.operations() == []


def shown(server):
    """MGN's document about a server, without the time of the agent's last report, which still changes for a while."""
    return {**server, "lifeCycle": {**server["lifeCycle"], "lastSeenByServiceDateTime": None}}


@pytest.fixture
def see(mgn):
    """Reads the server directly from MGN."""
    return lambda: shown(mgn.describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"][0])


def test_a_second_run_changes_nothing(caller, see):
    caller.aws.add_source_server("ready", sourceServerID=SERVER)
    first = caller.ask(SERVER)
    before = see()

    second = caller.ask(SERVER)

    assert (first["changed"], second["changed"], caller.writes) == (True, False, [])
    assert see() == before
    same = ("outcome", "finalizedAt", "lifeCycleState", "dataReplicationState", "launchedInstanceID", "cutoverJobID")
    assert [first[name] for name in same] == [second[name] for name in same]


def test_the_report_is_what_mgn_shows_then(caller, see):
    caller.aws.add_source_server("ready", sourceServerID=SERVER)

    report = caller.ask(SERVER)

    server = see()
    assert shown(report["sourceServer"]) == server
    assert (report["lifeCycleState"], report["dataReplicationState"]) == ("CUTOVER", "DISCONNECTED")
    assert report["launchedInstanceID"] == server["launchedInstance"]["ec2InstanceID"]
    assert report["cutoverJobID"] == server["lifeCycle"]["lastCutover"]["initiated"]["jobID"]
    assert report["warnings"] == ["The cutover job log contains LAUNCH_END, which does not block."]


@pytest.mark.parametrize("request_", [{"action": "check"}, {"dryRun": True, "archive": True}])
def test_a_check_writes_nothing(caller, request_):
    caller.aws.add_source_server("ready", sourceServerID=SERVER)

    report = caller.ask(SERVER, **request_)

    assert (report["outcome"], report["changed"], caller.writes) == ("WOULD_FINALIZE", False, [])


def test_a_waived_rule_lets_a_server_through(caller):
    caller.aws.add_source_server("old-snapshot", sourceServerID=SERVER)

    report = caller.ask(SERVER, waive=["job-log"])

    assert report["outcome"] == "FINALIZED"
    assert [f["rule"] for f in report["readiness"] if f["verdict"] == "WAIVED"] == ["job-log"]


def test_soak_is_counted_from_the_launch_on(caller):
    caller.aws.add_source_server("ready", sourceServerID=SERVER, cutoverMinutesAgo=45)

    young = caller.ask(SERVER, soakMinutes=60)
    caller.aws.advance(30 * 60)
    old = caller.ask(SERVER, soakMinutes=60)

    assert (young["outcome"], open_rules(young)) == ("NOT_READY", {"soak": "WAIT"})
    assert old["outcome"] == "FINALIZED"


def test_archiving_follows_finalizing(caller):
    caller.aws.add_source_server("ready", sourceServerID=SERVER)

    report = caller.ask(SERVER, archive=True)

    assert caller.writes == ["FinalizeCutover", "MarkAsArchived"]
    assert report["sourceServer"]["isArchived"] is True


@pytest.mark.parametrize("kind", ["attachedEbs", "application"])
def test_each_status_of_ec2_that_is_impaired_blocks(caller, kind):
    server = caller.aws.add_source_server("ready", sourceServerID=SERVER)
    caller.aws.change_instance(server["launchedInstance"]["ec2InstanceID"], **{f"{kind}Status": "impaired"})

    assert open_rules(caller.ask(SERVER)) == {"instance-status": "BLOCK"}
    assert caller.writes == []


def test_an_event_that_ec2_has_scheduled_is_a_warning(caller):
    server = caller.aws.add_source_server("ready", sourceServerID=SERVER)
    instance_id = server["launchedInstance"]["ec2InstanceID"]
    caller.aws.change_instance(instance_id, scheduledEvents=["instance-retirement"])

    report = caller.ask(SERVER)

    assert report["outcome"] == "FINALIZED"
    assert f"EC2 has scheduled instance-retirement for its instance {instance_id}." in report["warnings"]


def test_a_waiver_of_its_status_does_not_cover_an_instance_that_is_terminated(caller):
    server = caller.aws.add_source_server("ready", sourceServerID=SERVER)
    caller.aws.change_instance(server["launchedInstance"]["ec2InstanceID"], state="terminated")

    report = caller.ask(SERVER, waive=["instance-status"])

    assert open_rules(report) == {"instance-present": "BLOCK"}
    assert caller.writes == []


def test_an_instance_that_is_gone_blocks(caller, ec2):
    server = caller.aws.add_source_server("ready", sourceServerID=SERVER)
    gone = "i-00000000000000000"
    caller.aws.change_source_server(SERVER, launchedInstance={**server["launchedInstance"], "ec2InstanceID": gone})

    report = caller.ask(SERVER)

    assert open_rules(report) == {"instance-present": "BLOCK", "instance-status": "BLOCK", "launched-instance": "BLOCK"}


def test_a_server_that_boots_while_we_wait_is_finalized(caller):
    caller.aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=20)

    report = caller.ask(SERVER, waitMinutes=10)

    assert (report["outcome"], report["changed"]) == ("FINALIZED", True)
    # It is read at 0, 15 and 30 s.
    assert caller.aws.operations().count("DescribeSourceServers") == 3


def test_a_server_that_boots_too_late_is_not_ready(caller):
    caller.aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=60)
    caller.ask(SERVER, action="check")

    report = caller.ask(SERVER, waitMinutes=10, seconds_left=24)

    assert (report["outcome"], caller.writes) == ("NOT_READY", [])
    assert caller.aws.operations().count("DescribeSourceServers") == 2


@pytest.mark.parametrize("selector", [{"applicationID": APPLICATION}, {"waveID": WAVE}])
def test_a_group_is_finalized_as_far_as_it_is_ready(caller, schema, selector):
    caller.aws.add_wave(waveID=WAVE)
    caller.aws.add_application(applicationID=APPLICATION, waveID=WAVE)
    caller.aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)
    caller.aws.add_source_server("impaired", sourceServerID=OTHER_SERVER, applicationID=APPLICATION)

    report = caller.send({**selector, "waitMinutes": 0})

    assert (report["outcome"], report["counts"]) == ("PARTIAL", {"FINALIZED": 1, "BLOCKED": 1})
    assert [server["sourceServerID"] for server in report["servers"]] == [SERVER, OTHER_SERVER]
    schema.validate(report)
