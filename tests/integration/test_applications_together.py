"""``APPLICATIONS_TOGETHER`` over HTTP: the sweep and launch events finalize an application when all of it is ready."""

from collections import Counter

import pytest

from tests.integration.caller import Caller
from tests.unit.automated import launch_result

APP, OTHER_APP = "app-0123456789abcdef0", "app-0123456789abcdef1"
JOB, OTHER_JOB = "mgnjob-0123456789abcdef0", "mgnjob-0123456789abcdef1"
APPROVED = {"FinalizeCutover": "approved"}
FOR_GOOD = 100


@pytest.fixture
def caller(aws, monkeypatch):
    monkeypatch.setenv("APPLICATIONS_TOGETHER", "true")
    aws.add_application(applicationID=APP)
    aws.add_application(applicationID=OTHER_APP)
    return Caller(aws)


@pytest.fixture
def add(caller):
    """Adds an approved source server of the application."""

    def add(number, scenario="ready", **options):
        given = {"tags": APPROVED, "applicationID": APP, "sourceServerID": f"s-{number:017x}", **options}
        return caller.aws.add_source_server(scenario, **given)["sourceServerID"]

    return add


def sweep(caller, **more):
    report = caller.send({"action": "sweep", **more})
    return report, {server["sourceServerID"]: server["outcome"] for server in report["servers"]}


def rule_of(report, server_id):
    """Return the verdict and the reason of the rule for a source server."""
    servers = {server["sourceServerID"]: server for server in report["servers"]}
    [found] = [each for each in servers[server_id]["readiness"] if each["rule"] == "application"]
    return found["verdict"], found["reason"]


def test_a_ready_application_is_finalized_together_after_one_look(caller, add):
    ids = [add(number, jobID=JOB) for number in range(5)]

    _, outcomes = sweep(caller)

    calls = Counter(caller.aws.operations("mgn"))
    assert outcomes == dict.fromkeys(ids, "FINALIZED")
    # The list of the sweep, the batch, its application, the list for the audit, and its batch.
    assert (calls["DescribeSourceServers"], calls["DescribeJobs"], calls["DescribeJobLogItems"]) == (5, 1, 1)


def changed(**changes):
    return lambda aws, server_id: aws.change_source_server(server_id, **changes)


@pytest.mark.parametrize(
    ("scenario", "options", "change", "expected"),
    [
        ("booting", {}, None, ("WAIT", "first-boot")),
        ("ready", {}, changed(launchedInstance={"firstBoot": "STOPPED"}), ("BLOCK", "first-boot")),
        ("ready", {"tags": {}}, None, ("BLOCK", "approval")),
        ("ready", {"tags": {"FinalizeCutover": "Approved"}}, None, ("BLOCK", "approval")),
        ("ready", {}, changed(lifeCycle={"state": "READY_FOR_TEST"}), ("BLOCK", "lifecycle")),
        ("ready", {"tags": {**APPROVED, "FinalizeCutoverHold": ""}}, None, ("BLOCK", "hold")),
        (
            "ready",
            {"tags": {**APPROVED, "FinalizeCutoverNotBefore": "2100-01-01T00:00:00Z"}},
            None,
            ("WAIT", "not-before"),
        ),
        ("replicating", {}, None, ("BLOCK", "lifecycle")),
        ("ready", {}, changed(launchedInstance={"firstBoot": 7}), ("WAIT", "UnreadableAnswer")),
    ],
)
@pytest.mark.parametrize("way", ["sweep", "event"])
def test_one_server_keeps_its_application(caller, add, way, scenario, options, change, expected):
    verdict, cause = expected
    ready, other, alone = add(1), add(2, scenario, **options), add(3, applicationID=None)
    if change:
        change(caller.aws, other)

    if way == "sweep":
        report, outcomes = sweep(caller)
    else:
        report = caller.send(launch_result(ready, alone))
        outcomes = {server["sourceServerID"]: server["outcome"] for server in report["servers"]}

    reason = f"its application {APP} is finalized together, and {other} ({cause}) is not ready"
    assert rule_of(report, ready) == (verdict, reason)
    assert outcomes[ready] == ("BLOCKED" if verdict == "BLOCK" else "NOT_READY")
    assert outcomes[alone] == "FINALIZED"
    assert caller.writes == ["FinalizeCutover"]


def test_an_application_is_finalized_once_the_last_server_is_ready(caller, add):
    ready, late = add(1), add(2, tags={})
    assert sweep(caller)[1] == {ready: "BLOCKED"}

    caller.aws.change_source_server(late, tags=APPROVED)

    assert sweep(caller)[1] == {ready: "FINALIZED", late: "FINALIZED"}


@pytest.mark.parametrize(
    "change",
    [
        changed(isArchived=True),
        changed(isArchived=True, lifeCycle={"state": "READY_FOR_TEST"}),
        changed(lifeCycle={"state": "CUTOVER"}, dataReplicationInfo={"dataReplicationState": "DISCONNECTED"}),
    ],
)
def test_archived_and_final_servers_keep_nothing(caller, add, change):
    ready, other = add(1), add(2, tags={})
    change(caller.aws, other)

    assert sweep(caller)[1] == {ready: "FINALIZED"}


def test_servers_without_an_application_and_other_applications_are_on_their_own(caller, add):
    blocked, held = add(1, tags={}), add(2)
    others = [add(3, applicationID=OTHER_APP), add(4, applicationID=OTHER_APP), add(5, applicationID=None)]

    _, outcomes = sweep(caller)

    assert blocked not in outcomes
    assert outcomes == {held: "BLOCKED", **dict.fromkeys(others, "FINALIZED")}


@pytest.mark.parametrize("fault", ["internal", "access-denied"])
def test_a_server_whose_log_cannot_be_read_keeps_its_application(caller, add, fault):
    ready, other, elsewhere = add(1, jobID=JOB), add(2, jobID=OTHER_JOB), add(3, applicationID=OTHER_APP)
    caller.aws.add_fault("DescribeJobLogItems", fault, parameters={"jobID": OTHER_JOB}, times=FOR_GOOD)

    report, outcomes = sweep(caller)

    assert rule_of(report, ready)[0] == ("WAIT" if fault == "internal" else "BLOCK")
    assert (outcomes[other], outcomes[elsewhere]) == ("FAILED", "FINALIZED")
    assert caller.writes == ["FinalizeCutover"]


def test_an_event_finalizes_its_own_server_and_the_sweep_the_others(caller, add):
    first, other = add(1), add(2)

    report = caller.send(launch_result(first))
    event_writes = caller.writes

    assert (report["outcome"], event_writes) == ("FINALIZED", ["FinalizeCutover"])
    assert sweep(caller)[1] == {other: "FINALIZED"}


def test_a_dry_run_says_what_would_happen(caller, add):
    ids = [add(1), add(2), add(3, applicationID=OTHER_APP)]
    add(4, applicationID=OTHER_APP, tags={})

    _, outcomes = sweep(caller, dryRun=True)

    assert outcomes == {**dict.fromkeys(ids[:2], "WOULD_FINALIZE"), ids[2]: "BLOCKED"}
    assert caller.writes == []


def test_a_direct_request_does_not_look_at_the_application(caller, add):
    ready, _ = add(1), add(2, tags={})

    assert caller.ask(ready)["outcome"] == "FINALIZED"


@pytest.mark.parametrize("text", ["yes", "on", "true,false"])
@pytest.mark.parametrize("event", [{"action": "sweep"}, launch_result("s-00000000000000001")])
def test_any_other_value_is_refused_and_nothing_is_called(caller, add, monkeypatch, event, text):
    add(1)
    monkeypatch.setenv("APPLICATIONS_TOGETHER", text)

    with pytest.raises(Exception, match=f'FinalizeApplicationsTogether is "{text}"; allowed: true or false'):
        caller.send(event)

    assert caller.aws.operations() == []


@pytest.mark.parametrize("text", ["false", ""])
def test_it_is_off_unless_the_deployment_says_true(caller, add, monkeypatch, text):
    ready, _ = add(1), add(2, tags={})
    monkeypatch.setenv("APPLICATIONS_TOGETHER", text)

    assert sweep(caller)[1] == {ready: "FINALIZED"}


@pytest.mark.slow
def test_an_application_of_450_servers_is_finalized_by_one_sweep_and_kept_by_one_server(caller, add):
    ids = [add(number, jobID=JOB) for number in range(450)]
    caller.aws.change_source_server(ids[449], launchedInstance={"firstBoot": "WAITING"})

    report = caller.send({"action": "sweep"})
    assert (report["counts"], caller.writes) == ({"NOT_READY": 450}, [])

    caller.aws.change_source_server(ids[449], launchedInstance={"firstBoot": "SUCCEEDED"})
    report = caller.send({"action": "sweep"})

    calls = Counter(caller.aws.operations("mgn"))
    assert report["counts"] == {"FINALIZED": 450}
    # Three batches, in each of which the log has three pages.
    # The jobs ended long ago, so that their logs are read by the first look alone.
    assert (calls["FinalizeCutover"], calls["DescribeJobs"], calls["DescribeJobLogItems"]) == (450, 3, 3)
