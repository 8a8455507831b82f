"""A wave that waits for many rounds: history events, the next execution, large waves, and redrives."""

import json
import re
from collections import Counter

import pytest
from botocore.exceptions import ClientError

from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from tests.integration.inbox import Inbox, follow
from tests.integration.test_wave_machine_approved import launched
from tests.integration.test_wave_machine_costs import PAGE, transitions
from tests.integration.wave_machine import WAVE, FakeFunction, WaveMachine, server_ids

IDS = server_ids(300)
MOST_EVENTS = 25_000

pytestmark = pytest.mark.usefixtures("moved_machines")


class SlowWave(FakeFunction):
    """
    The function, with source servers that become ready in a round; ``round`` counts them.

    Args:
        ready_in: The first round in which a source server is ready, or a function of the round.
    """

    def __init__(self, server_ids, ready_in=None, *, has_topic=False):
        super().__init__(server_ids)
        self.round, self._has_topic, self._is_any_ready = 0, has_topic, False
        self.final = set()
        self._ready_in = ready_in or {}

    def _answer(self, event, timeout):
        # With a topic, the selection is read again before what is ready is finalized.
        if event["action"] == "select" and not (self._has_topic and self._is_any_ready):
            self.round += 1
        answer = super()._answer(event, timeout)
        self._is_any_ready = any(one["outcome"] == "WOULD_FINALIZE" for one in answer.get("servers", ()))
        self.final |= {one["sourceServerID"] for one in answer.get("servers", ()) if one["outcome"] == "FINALIZED"}
        return answer

    def _next(self, server_id, event):
        if server_id in self.final:
            return {"outcome": "FINALIZED", "changed": False}
        first = self._ready_in.get(server_id, 1)
        if not (first(self.round) if callable(first) else self.round >= first):
            return "BLOCKED"
        return super()._next(server_id, event)


def history(machine, execution):
    return machine.client.get_execution_history(executionArn=execution, maxResults=1000)["events"]


def until(hours, minutes, **fields):
    return {"waveID": WAVE, "untilReady": {"hours": hours, "everyMinutes": minutes}, **fields}


@pytest.mark.slow
def test_of_300_some_become_ready_after_hours_some_after_days_and_one_never(here):
    machine, never = WaveMachine(here), IDS[299]
    machine.seed({id_: "ready" if number < 100 else "impaired" for number, id_ in enumerate(IDS)})
    healing = {6: IDS[100:150], 12: IDS[150:200], 30: IDS[200:250], 54: IDS[250:299]}

    def heal(hours):
        for id_ in healing.get(round(hours), ()):
            here.change_instance(launched(here, id_), instanceStatus="ok")

    ended = machine.ended_in_time(machine.start(until(72, 360)), heal)

    summary = json.loads(ended["output"])
    told = machine.outcomes(summary["results"])
    assert sorted(id_ for id_, _ in told) == IDS
    assert Counter(outcome for _, outcome in told) == {"FINALIZED": 299, "BLOCKED": 1}
    assert dict(told)[never] == "BLOCKED"
    assert (summary["changed"], summary["rounds"]["ended"], summary["rounds"]["number"]) == (299, "DEADLINE", 12)
    assert here.operations("mgn").count("FinalizeCutover") == 299


@pytest.mark.parametrize(("ready_in", "events"), [(99, 39), (2, 64)])
def test_a_round_has_few_events(aws, ready_in, events):
    machine = WaveMachine(aws)
    SlowWave(IDS[:2], {IDS[0]: ready_in, IDS[1]: 99})

    execution = machine.start(until(4, 60))
    machine.ended_in_time(execution)

    entered = [number for number, event in enumerate(history(machine, execution)) if _enters(event, "Select")]
    assert entered[2] - entered[1] == events


def _enters(event, name):
    return event.get("stateEnteredEventDetails", {}).get("name") == name


@pytest.mark.parametrize("batches", [1, 3])
def test_a_round_takes_as_many_transitions_as_documented(aws, batches):
    machine = WaveMachine(aws)
    SlowWave(server_ids(50 * batches), dict.fromkeys(server_ids(50 * batches), 99))
    once, for_each = map(int, re.search(r"state transitions, (\d+) \+ (\d+) \S 20 =", PAGE).groups())

    machine.ended_in_time(machine.start(until(3, 60), name="wave"))

    # The last of three rounds does not wait, and three states are entered once.
    assert transitions(machine, "wave") == 3 * (once + for_each * batches) - 1 + 3


def continue_after(machine, rounds):
    """Make each execution of the deployed state machine end after so many rounds."""
    definition = machine.client.describe_state_machine(stateMachineArn=machine.arn)["definition"]
    changed = definition.replace("$progress.weight >= 190", f"$progress.weight >= {rounds}")
    assert changed != definition
    machine.client.update_state_machine(stateMachineArn=machine.arn, definition=changed)


def test_before_the_limit_of_events_another_execution_goes_on_with_all_that_matters(aws):
    inbox = Inbox(aws.url)
    machine = WaveMachine(aws, ApprovalTopicArn=inbox.topic)
    continue_after(machine, 6)
    # The first one is approved in round 1, is then not ready, and is ready again in the second execution.
    function = SlowWave(
        IDS[:3], {IDS[0]: lambda number: number not in range(2, 6), IDS[1]: 7, IDS[2]: 99}, has_topic=True
    )
    function.script(IDS[0], "BLOCKED")
    mails = []

    def approve():
        if mail := inbox.look():
            mails.append(mail[1])
            follow(machine, mail[1], "send-task-success")

    first = json.loads(machine.ended_in_time(machine.start(until(2, 15)), meanwhile=approve)["output"])
    second = json.loads(machine.ended_in_time(first["rounds"]["next"], meanwhile=approve)["output"])

    assert (first["rounds"]["ended"], first["rounds"]["number"]) == ("CONTINUED", 5)
    assert first["rounds"]["next"].endswith(f":{WAVE}-1-part-2")
    assert (second["rounds"]["ended"], second["rounds"]["number"], second["rounds"]["part"]) == ("DEADLINE", 8, 2)
    assert second["rounds"]["deadline"] == first["rounds"]["deadline"]
    assert (second["counts"], second["changed"]) == ({"FINALIZED": 2, "BLOCKED": 1}, 2)
    assert second["results"].startswith(f"s3://{machine.bucket}/{WAVE}-1/round-8/check/")
    assert ["round-1/" in mails[0], "round-7/" in mails[1], len(mails)] == [True, True, 2]


def test_the_name_of_the_first_execution_starts_a_wave_once_also_after_it_has_continued(aws):
    machine = WaveMachine(aws)
    SlowWave(IDS[:1], {IDS[0]: 99})
    machine.ended_in_time(machine.start(until(1, 60)))

    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        machine.start(until(1, 60))


def fail_in_round(function, number):
    """Make the checks of the first batch fail in a round; return a list, and stop when it is empty."""
    real, broken = functions.find(HANDLER), [True]

    def answer(event, timeout):
        if event["action"] == "check" and IDS[0] in event["sourceServerIDs"] and function.round == number and broken:
            raise ValueError("a defect")
        return real(event, timeout)

    functions.register(HANDLER, answer)
    return broken


@pytest.mark.parametrize(
    ("hours_later", "ended", "counts"),
    [(1, "ALL_FINAL", {"FINALIZED": 120}), (10, "DEADLINE", {"FINALIZED": 118, "WOULD_FINALIZE": 1, "BLOCKED": 1})],
)
def test_a_redrive_repeats_the_batches_that_failed_and_keeps_the_deadline(aws, hours_later, ended, counts):
    machine = WaveMachine(aws)
    function = SlowWave(IDS[:120], {IDS[0]: 3, IDS[1]: 2})
    broken = fail_in_round(function, 2)
    execution = machine.start(until(4, 60))
    failed = machine.ended_in_time(execution)
    before = len(function.requests)

    broken.clear()
    aws.advance(hours_later * 3600)
    machine.client.redrive_execution(executionArn=execution)
    summary = json.loads(machine.ended_in_time(execution)["output"])

    assert (failed["status"], failed["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    assert [len(one["sourceServerIDs"]) for one in function.requests[before : before + 1]] == [50]
    assert (summary["rounds"]["ended"], summary["counts"]) == (ended, counts)


@pytest.mark.slow
def test_ten_thousand_servers_fit_into_every_state_and_variable_of_several_rounds(aws):
    machine = WaveMachine(aws)
    ids = server_ids(10_000)
    SlowWave(ids, {ids[0]: 2, ids[1]: 9999})

    execution = machine.start(until(3, 60))
    summary = json.loads(machine.ended_in_time(execution)["output"])

    details = [detail for event in history(machine, execution) for detail in event.values() if isinstance(detail, dict)]
    states = [len(text) for detail in details for name in ("input", "output") if (text := detail.get(name))]
    variables = [sum(map(len, detail.get("assignedVariables", {}).values())) for detail in details]

    assert max(variables) > 200_000
    assert max(states + variables) <= 256 * 1024
    assert (summary["total"], summary["counts"]) == (10_000, {"FINALIZED": 9_999, "BLOCKED": 1})
    assert summary["rounds"]["number"] == 3
