"""The numbers of state transitions behind the prices in docs/waves.md."""

import re
from pathlib import Path

import pytest

from local.accounts import ACCOUNT
from local.step_functions import interpreter as step_functions_interpreter
from tests.integration.inbox import Inbox, follow
from tests.integration.wave_machine import FakeFunction, WaveMachine, server_ids

PAGE = (Path(__file__).parents[2] / "docs" / "waves.md").read_text()
USD_PER_TRANSITION = 25 / 1_000_000

pytestmark = pytest.mark.usefixtures("hurried_machines")


def transitions(machine, name):
    """Return the number of states that an execution and its batches entered, and the number of batches."""
    described = step_functions_interpreter.backends[ACCOUNT]["eu-west-1"].describe_state_machine(machine.arn)
    (execution,) = [one for one in described.executions if one.name == name]
    maps = execution.exec_worker.env.map_run_record_pool_manager.get_all()
    children = [child for map_run in maps for child in map_run.children]
    histories = [execution.to_history_output()["events"], *(child.events for child in children)]
    return len(children) + sum("stateEnteredEventDetails" in event for events in histories for event in events)


@pytest.mark.parametrize("batches", [1, 3])
def test_a_wave_takes_as_many_transitions_as_documented(aws, batches):
    machine = WaveMachine(aws)
    FakeFunction(server_ids(50 * batches))
    once, for_each = map(int, re.search(r"\| (\d+) \+ (\d+) \S 20 =", PAGE).groups())

    machine.run(name="wave")

    assert transitions(machine, "wave") == once + for_each * batches


def test_an_approval_takes_as_many_more_transitions_as_documented(aws):
    inbox = Inbox(aws.url)
    machine = WaveMachine(aws, ApprovalTopicArn=inbox.topic)
    FakeFunction(server_ids(50))
    once, for_each = map(int, re.search(r"\| (\d+) \+ (\d+) \S 20 =", PAGE).groups())
    (more,) = re.search(r"An approval adds (\d+) transitions", PAGE).groups()

    execution = machine.start(name="wave")
    follow(machine, inbox.mail()[1], "send-task-success")
    machine.ended(execution)

    assert transitions(machine, "wave") == once + for_each + int(more)


def test_the_page_multiplies_rounds_well():
    once, for_each, each, *figures = re.search(
        r"state transitions, (\d+) \+ (\d+) \S 20 = (\d+) each \| ([\d,]+) \| ([\d.]+) \| ([\d,]+) \| ([\d.]+) \|", PAGE
    ).groups()
    rounds = re.search(r"\| rounds \| ([\d,]+) \| \| ([\d,]+) \|", PAGE).groups()
    weekly, monthly = (int(number.replace(",", "")) for number in rounds)

    assert (weekly, monthly) == (168, 720 * 4)
    assert int(each) == int(once) + int(for_each) * 20
    assert [int(number.replace(",", "")) for number in figures[::2]] == [weekly * int(each), monthly * int(each)]
    assert [float(usd) for usd in figures[1::2]] == [
        round(number * int(each) * USD_PER_TRANSITION, 2) for number in (weekly, monthly)
    ]


def test_the_page_multiplies_well():
    once, for_each, total, usd = re.search(r"\| (\d+) \+ (\d+) \S 20 = (\d+) \| ([\d.]+) \|", PAGE).groups()

    assert int(total) == int(once) + int(for_each) * 20
    assert float(usd) == round(int(total) * USD_PER_TRANSITION, 4)
