"""An approval covers only the servers that were reported as ready, each with its instance at that time."""

import json

import pytest

from local.deploy.stack import client
from tests.integration.inbox import Inbox, follow
from tests.integration.wave_machine import APPLICATION, WAVE, FakeFunction, WaveMachine, instance_of, server_ids

IDS = server_ids(60)
NOT_SHOWN = "it is not in approvedInstances"

pytestmark = pytest.mark.usefixtures("hurried_machines")


@pytest.fixture
def inbox(aws):
    return Inbox(aws.url)


@pytest.fixture
def machine(aws, inbox):
    return WaveMachine(aws, ApprovalTopicArn=inbox.topic)


@pytest.fixture
def approved_after(aws, machine, inbox, monkeypatch):
    """Run the wave with the real function and a change before the approval, and return the summary."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)

    def run(happens):
        execution = machine.start()
        _, text = inbox.mail()
        happens()
        follow(machine, text, "send-task-success")
        return json.loads(machine.ended(execution)["output"])

    return run


def launched(aws, server_id):
    """Return the ID of the last launched instance of a source server."""
    (server,) = client("mgn", aws.url).describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
    return server["launchedInstance"]["ec2InstanceID"]


def launch_again(aws, server_id):
    """Revert the cutover of a source server, and launch another cutover instance."""
    mgn = client("mgn", aws.url)
    mgn.change_server_life_cycle_state(sourceServerID=server_id, lifeCycle={"state": "READY_FOR_CUTOVER"})
    mgn.start_cutover(sourceServerIDs=[server_id])
    aws.advance(3600)


def written(aws):
    """Return the IDs of the source servers in all FinalizeCutover calls."""
    writes = [call for call in aws.calls("mgn") if call["operation"] == "FinalizeCutover"]
    return sorted(call["parameters"]["sourceServerID"] for call in writes)


def reasons(machine, location):
    """Return {source server ID: reason of the rule approval} of all SKIPPED servers in the results at *location*."""
    answers = [json.loads(entry["Output"]) for entry in machine.results(location)["SUCCEEDED"]]
    reports = [report for answer in answers for report in answer["servers"] if report["outcome"] == "SKIPPED"]
    return {
        report["sourceServerID"]: finding["reason"]
        for report in reports
        for finding in report["readiness"]
        if (finding["rule"], finding["verdict"]) == ("approval", "BLOCK")
    }


def test_what_breaks_before_the_approval_is_not_finalized_after_it(aws, machine, approved_after):
    sound, broken = IDS[:2]
    machine.seed({sound: "ready", broken: "ready"})

    summary = approved_after(lambda: aws.change_instance(launched(aws, broken), systemStatus="impaired"))

    assert summary["check"]["counts"] == {"WOULD_FINALIZE": 2}
    assert (summary["outcome"], summary["counts"]) == ("PARTIAL", {"FINALIZED": 1, "BLOCKED": 1})
    assert sorted(machine.outcomes(summary["results"])) == [(sound, "FINALIZED"), (broken, "BLOCKED")]
    assert written(aws) == [sound]


def test_what_is_removed_from_the_wave_before_the_approval_is_not_finalized(aws, machine, approved_after):
    kept, removed = IDS[:2]
    machine.seed({kept: "ready", removed: "ready"})

    summary = approved_after(lambda: aws.change_source_server(removed, applicationID=None))

    assert (summary["outcome"], summary["counts"]) == ("PARTIAL", {"FINALIZED": 1, "SKIPPED": 1})
    assert reasons(machine, summary["results"]) == {removed: NOT_SHOWN}
    assert written(aws) == [kept]


def test_what_was_shown_as_blocked_and_heals_before_the_approval_is_not_finalized(aws, machine, approved_after):
    sound, healed = IDS[:2]
    machine.seed({sound: "ready", healed: "impaired"})

    summary = approved_after(lambda: aws.change_instance(launched(aws, healed), instanceStatus="ok"))

    assert summary["check"]["counts"] == {"WOULD_FINALIZE": 1, "BLOCKED": 1}
    assert (summary["outcome"], summary["counts"]) == ("PARTIAL", {"FINALIZED": 1, "SKIPPED": 1})
    assert reasons(machine, summary["results"]) == {healed: NOT_SHOWN}
    assert written(aws) == [sound]


def test_what_is_launched_again_before_the_approval_is_not_finalized(aws, machine, approved_after):
    same, relaunched = IDS[:2]
    machine.seed({same: "ready", relaunched: "ready"})
    before = launched(aws, relaunched)

    summary = approved_after(lambda: launch_again(aws, relaunched))

    told = f"instance {before} was approved, but its instance is now {launched(aws, relaunched)}"
    assert (summary["outcome"], summary["counts"]) == ("PARTIAL", {"FINALIZED": 1, "SKIPPED": 1})
    assert reasons(machine, summary["results"]) == {relaunched: told}
    assert written(aws) == [same]


def test_what_is_added_to_the_wave_before_the_approval_is_not_finalized(aws, machine, approved_after):
    shown, added, final = IDS[:3]
    machine.seed({shown: "ready"})

    def add():
        aws.add_source_server("ready", sourceServerID=added, applicationID=APPLICATION)
        aws.add_source_server("finalized", sourceServerID=final, applicationID=APPLICATION)

    summary = approved_after(add)

    assert (summary["outcome"], summary["total"]) == ("PARTIAL", 3)
    assert summary["counts"] == {"FINALIZED": 2, "SKIPPED": 1}
    assert machine.outcomes(summary["results"]) == [(shown, "FINALIZED")]
    assert summary["added"]["total"] == 2
    assert sorted(machine.outcomes(summary["added"]["results"])) == [(added, "SKIPPED"), (final, "FINALIZED")]
    assert reasons(machine, summary["added"]["results"]) == {added: NOT_SHOWN}
    assert (written(aws), summary["changed"]) == ([shown], 1)


def test_a_wave_that_is_emptied_before_the_approval_is_left_alone(aws, machine, approved_after):
    machine.seed(dict.fromkeys(IDS[:2], "ready"))

    summary = approved_after(lambda: [aws.change_source_server(id_, applicationID=None) for id_ in IDS[:2]])

    assert (summary["outcome"], summary["counts"], written(aws)) == ("SKIPPED", {"SKIPPED": 2}, [])


def test_what_was_final_in_the_check_stays_so_in_the_results(aws, machine, approved_after):
    machine.seed({IDS[0]: "ready", IDS[1]: "finalized"})

    summary = approved_after(lambda: None)

    assert (summary["outcome"], summary["counts"], summary["changed"]) == ("FINALIZED", {"FINALIZED": 2}, 1)


def test_every_batch_is_told_what_was_approved_of_it_however_often_it_is_asked_about(machine, inbox):
    function = FakeFunction(IDS)
    function.check(IDS[1], "BLOCKED")
    function.check(IDS[2], {"outcome": "WOULD_FINALIZE", "launchedInstanceID": None})
    function.script(IDS[3], "REMAINING", "REMAINING")
    execution = machine.start()
    _, text = inbox.mail()

    follow(machine, text, "send-task-success")
    summary = json.loads(machine.ended(execution)["output"])

    asked = [request for request in function.requests if request["action"] == "finalize"]
    approved = [{id_: instance_of(id_) for id_ in batch} for batch in ([IDS[0], *IDS[3:50]], IDS[50:])]
    assert sorted(len(request["sourceServerIDs"]) for request in asked) == [1, 1, 10, 50]
    assert all(request["approvedInstances"] in approved for request in asked)
    assert summary["counts"] == {"FINALIZED": 58, "SKIPPED": 2}
    assert sorted(id_ for id_, _ in machine.outcomes(summary["results"])) == IDS


def test_nobody_approves_where_nobody_is_asked(aws):
    machine = WaveMachine(aws)
    function = FakeFunction(IDS)
    function.check(IDS[0], "NOT_READY")

    summary = machine.run()

    assert summary["counts"] == {"FINALIZED": 60}
    assert not any("approvedInstances" in request for request in function.requests)


def test_a_waiver_of_the_approval_is_refused_before_anybody_is_asked(aws, machine, inbox, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    machine.seed({IDS[0]: "ready"})

    ended = machine.ended(machine.start({"waveID": WAVE, "waive": ["approval"]}))

    assert (ended["error"], inbox.is_empty()) == ("InvalidRequestError", True)
    assert "waive contains approval" in ended["cause"]


@pytest.mark.slow
def test_ten_thousand_servers_fit_into_every_state_and_variable(machine, inbox):
    function = FakeFunction(server_ids(10_000))
    execution = machine.start()
    _, text = inbox.mail()
    function.server_ids = server_ids(10_002)[3:]

    follow(machine, text, "send-task-success")
    summary = json.loads(machine.ended(execution)["output"])

    events = machine.client.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    details = [detail for event in events for detail in event.values() if isinstance(detail, dict)]
    states = [len(text) for detail in details for name in ("input", "output") if (text := detail.get(name))]
    variables = [sum(map(len, detail.get("assignedVariables", {}).values())) for detail in details]
    assert max(variables) > 200_000
    assert max(states + variables) <= 256 * 1024
    assert (summary["total"], summary["counts"]) == (10_002, {"FINALIZED": 9_997, "SKIPPED": 5})
