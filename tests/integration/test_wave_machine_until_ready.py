"""Waves that wait: rounds of check and finalize until all source servers are final, or the deadline passes."""

import json
import re
from pathlib import Path

import pytest

from local.deploy.stack import client
from tests.integration.test_wave_machine_approved import launched, written
from tests.integration.wave_machine import WAVE, WaveMachine, server_ids

IDS = server_ids(4)
NEVER = IDS[3]

pytestmark = pytest.mark.usefixtures("moved_machines")


@pytest.fixture
def machine(here):
    return WaveMachine(here)


def documented_events():
    """Return the events in docs/eventbridge.md."""
    page = (Path(__file__).parents[2] / "docs" / "eventbridge.md").read_text()
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    return [block for block in blocks if "detail" in block and isinstance(block["detail-type"], str)]


def until_ready(hours=24, every_minutes=60, **fields):
    return {"waveID": WAVE, "untilReady": {"hours": hours, "everyMinutes": every_minutes}, **fields}


def healing(aws, hours_of):
    """Return a callback that heals the instance of each source server after its number of hours."""

    def heal(hours):
        for server_id, hour in hours_of.items():
            if round(hours) == hour:
                aws.change_instance(launched(aws, server_id), systemStatus="ok", instanceStatus="ok")

    return heal


def output(description):
    assert description["status"] == "SUCCEEDED", description
    return json.loads(description["output"])


def test_rounds_go_on_until_all_source_servers_are_final(here, machine):
    machine.seed({IDS[0]: "ready", IDS[1]: "impaired", IDS[2]: "impaired"})

    summary = output(machine.ended_in_time(machine.start(until_ready()), healing(here, {IDS[1]: 2, IDS[2]: 5})))

    assert (summary["outcome"], summary["counts"], summary["changed"]) == ("FINALIZED", {"FINALIZED": 3}, 3)
    assert (summary["rounds"]["ended"], summary["rounds"]["number"]) == ("ALL_FINAL", 7)
    assert sorted(machine.outcomes(summary["results"])) == [(id_, "FINALIZED") for id_ in IDS[:3]]


def test_after_the_deadline_nothing_is_looked_at_and_the_last_round_is_the_result(here, machine):
    machine.seed({IDS[0]: "ready", NEVER: "impaired"})

    summary = output(machine.ended_in_time(machine.start(until_ready(hours=3))))

    assert (summary["rounds"]["ended"], summary["rounds"]["number"], summary["action"]) == ("DEADLINE", 3, "check")
    assert (summary["outcome"], summary["counts"]) == ("PARTIAL", {"FINALIZED": 1, "BLOCKED": 1})
    assert sorted(machine.outcomes(summary["results"])) == [(IDS[0], "FINALIZED"), (NEVER, "BLOCKED")]
    assert "/round-3/check/" in summary["results"]


def test_each_round_is_published_and_told_in_the_output(here, machine):
    sqs, events = client("sqs", here.url), client("events", here.url)
    queue = sqs.create_queue(QueueName="rounds")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["finalize-cutover"], "detail-type": ["Wave Finalization Round"]}
    events.put_rule(Name="rounds", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="rounds", Targets=[{"Id": "queue", "Arn": arn}])
    machine.seed({IDS[0]: "ready", NEVER: "impaired"})

    summary = output(machine.ended_in_time(machine.start(until_ready(hours=2))))

    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    details = [json.loads(message["Body"])["detail"] for message in found]
    assert [(one["round"], one["action"], one["changed"]) for one in details] == [(1, "finalize", 1), (2, "check", 0)]
    assert {(one["execution"], one["waveID"], one["total"]) for one in details} == {(f"{WAVE}-1", WAVE, 2)}
    (documented,) = [block for block in documented_events() if block["detail-type"] == pattern["detail-type"][0]]
    assert documented["detail"].keys() == details[1].keys()
    assert details[1]["counts"] == summary["counts"] == {"FINALIZED": 1, "BLOCKED": 1}
    assert [(one["round"], one["changed"]) for one in summary["rounds"]["recent"]] == [(1, 1), (2, 0)]


def test_a_stopped_wave_looks_and_finalizes_no_more(here, machine):
    machine.seed({IDS[0]: "impaired"})
    execution = machine.start(until_ready())

    def stop(hours):
        if round(hours) == 2:
            healing(here, {IDS[0]: 2})(hours)
            machine.client.stop_execution(executionArn=execution)

    ended = machine.ended_in_time(execution, stop)

    assert (ended["status"], written(here)) == ("ABORTED", [])
    assert machine.entered(execution)[-1] == "WaitForNextRound"


def test_with_all_or_nothing_nothing_is_finalized_before_one_check_finds_all_of_it_ready(here, machine):
    machine.seed({IDS[0]: "ready", IDS[1]: "impaired", IDS[2]: "finalized"})

    def heal(hours):
        assert written(here) == []
        healing(here, {IDS[1]: 3})(hours)

    summary = output(machine.ended_in_time(machine.start(until_ready(allOrNothing=True)), heal))

    assert (summary["counts"], summary["rounds"]["number"]) == ({"FINALIZED": 3}, 5)


def test_a_source_server_that_is_added_later_is_looked_at_in_the_next_round(here, machine):
    machine.seed({IDS[0]: "impaired"})

    def add(hours):
        if round(hours) == 2:
            here.add_source_server("ready", sourceServerID=IDS[1], applicationID="app-0123456789abcdef0")

    summary = output(machine.ended_in_time(machine.start(until_ready(hours=4)), add))

    assert summary["counts"] == {"BLOCKED": 1, "FINALIZED": 1}


ALLOWED_HOURS = "allowed: a whole number from 1 to 720."
ALLOWED_MINUTES = "allowed: a whole number from 15 to 1440."


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({"untilReady": "x"}, 'untilReady is "x"; allowed: an object with hours, a whole number from 1 to 720, and'),
        ({"untilReady": None}, "untilReady is null; allowed: an object"),
        ({"untilReady": []}, "untilReady is []; allowed: an object"),
        ({"untilReady": {}}, f"untilReady.hours is missing; {ALLOWED_HOURS}"),
        ({"untilReady": {"hours": 1}}, f"untilReady.everyMinutes is missing; {ALLOWED_MINUTES}"),
        ({"untilReady": {"hours": 0, "everyMinutes": 60}}, f"untilReady.hours is 0; {ALLOWED_HOURS}"),
        ({"untilReady": {"hours": 721, "everyMinutes": 60}}, f"untilReady.hours is 721; {ALLOWED_HOURS}"),
        ({"untilReady": {"hours": 1.5, "everyMinutes": 60}}, f"untilReady.hours is 1.5; {ALLOWED_HOURS}"),
        ({"untilReady": {"hours": "24", "everyMinutes": 60}}, f'untilReady.hours is "24"; {ALLOWED_HOURS}'),
        ({"untilReady": {"hours": True, "everyMinutes": 60}}, f"untilReady.hours is true; {ALLOWED_HOURS}"),
        ({"untilReady": {"hours": None, "everyMinutes": 60}}, f"untilReady.hours is null; {ALLOWED_HOURS}"),
        ({"untilReady": {"hours": 24, "everyMinutes": 14}}, f"untilReady.everyMinutes is 14; {ALLOWED_MINUTES}"),
        ({"untilReady": {"hours": 24, "everyMinutes": 1441}}, f"untilReady.everyMinutes is 1441; {ALLOWED_MINUTES}"),
        (
            {"untilReady": {"hours": 24, "everyMinutes": 60, "days": 1}},
            'untilReady has "days"; allowed: hours and everyMinutes.',
        ),
        (
            until_ready(action="check"),
            "untilReady is given with action check; allowed: only in a request that finalizes.",
        ),
        (until_ready(dryRun=True), "untilReady is given with dryRun true; allowed: only in a request that finalizes."),
        ({"continued": {"part": 2}}, "continued is given; allowed: only in executions that the state machine itself"),
        (
            until_ready(continued={"name": f"{WAVE}-1", "part": 2}),
            "continued is given; allowed: only in executions that the state machine itself",
        ),
    ],
)
def test_a_mistake_is_told_before_anything_is_called(here, machine, fields, cause):
    here.clear_calls()

    ended = machine.ended(machine.start({"waveID": WAVE, **fields}))

    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidRequestError")
    assert cause in ended["cause"]
    assert here.operations("mgn") == []


def test_a_name_that_leaves_no_room_for_later_executions_is_refused(machine):
    ended = machine.ended(machine.start(until_ready(), name="w" * 71))

    assert "has 71 characters; allowed: at most 70 with untilReady" in ended["cause"]
