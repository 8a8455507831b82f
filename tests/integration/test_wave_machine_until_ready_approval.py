"""Approvals of a wave that waits: asked once for each source server with its launched instance."""

import json

import pytest

from tests.integration.inbox import Inbox, follow
from tests.integration.test_wave_machine_approved import launch_again, launched, written
from tests.integration.wave_machine import WAVE, WaveMachine, server_ids

IDS = server_ids(3)
UNTIL = {"hours": 24, "everyMinutes": 60}

pytestmark = pytest.mark.usefixtures("moved_machines")


@pytest.fixture
def inbox(here):
    return Inbox(here.url)


@pytest.fixture
def machine(here, inbox):
    return WaveMachine(here, ApprovalTopicArn=inbox.topic)


@pytest.fixture
def run(machine, inbox):
    """Runs the wave; returns its summary, and the messages to the approvers."""

    def run(between=lambda _hours: None, approve=lambda _number: True, **fields):
        mails = []

        def meanwhile():
            if mail := inbox.look():
                mails.append(mail[1])
                if approve(len(mails)):
                    follow(machine, mail[1], "send-task-success")

        execution = machine.start({"waveID": WAVE, "untilReady": UNTIL, **fields})
        ended = machine.ended_in_time(execution, between, meanwhile)
        assert ended["status"] == "SUCCEEDED", (ended["error"], ended.get("cause"), machine.entered(execution)[-3:])
        return json.loads(ended["output"]), mails

    return run


def impair(aws, server_id):
    aws.change_instance(launched(aws, server_id), systemStatus="impaired")


def heal(aws, server_id):
    aws.change_instance(launched(aws, server_id), systemStatus="ok", instanceStatus="ok")


def at(hour, act):
    """Return a callback that acts in the wait after so many hours."""
    return lambda hours: act() if round(hours) == hour else None


def test_an_approval_is_asked_once_for_all_that_is_ready_and_again_for_what_becomes_ready(here, machine, run):
    machine.seed({IDS[0]: "ready", IDS[1]: "ready", IDS[2]: "impaired"})

    summary, mails = run(at(3, lambda: heal(here, IDS[2])))

    assert [f"approval to finalize {number} cutovers" in mail for number, mail in zip((2, 1), mails, strict=True)] == [
        True,
        True,
    ]
    assert (summary["counts"], summary["changed"]) == ({"FINALIZED": 3}, 3)


def test_what_was_approved_stays_approved_with_its_instance(here, machine, run):
    machine.seed({IDS[0]: "ready", IDS[1]: "ready"})

    def approve(_number):
        impair(here, IDS[1])
        return True

    summary, mails = run(at(3, lambda: heal(here, IDS[1])), approve)

    assert (len(mails), summary["counts"]) == (1, {"FINALIZED": 2})
    assert summary["rounds"]["number"] == 5


def test_another_instance_needs_another_approval(here, machine, run):
    machine.seed({IDS[0]: "ready", IDS[1]: "ready"})

    def approve(number):
        if number == 1:
            impair(here, IDS[1])
        return True

    summary, mails = run(at(3, lambda: launch_again(here, IDS[1])), approve)

    assert (len(mails), summary["counts"]) == (2, {"FINALIZED": 2})


def test_without_an_answer_it_ends_at_the_deadline_and_finalizes_nothing(here, machine, run, inbox):
    machine.seed({IDS[0]: "ready"})

    def approve(_number):
        here.advance(24 * 3600)
        return False

    summary, mails = run(approve=approve)

    assert (len(mails), written(here)) == (1, [])
    assert (summary["outcome"], summary["rounds"]["ended"]) == ("WOULD_FINALIZE", "DEADLINE")
