"""A person's approval: requested by SNS, granted or denied with the commands in the message."""

import json
import re

import pytest
from botocore.exceptions import ClientError

from tests.integration.inbox import Inbox, follow
from tests.integration.wave_machine import WAVE, FakeFunction, WaveMachine, server_ids

IDS = server_ids(60)

pytestmark = pytest.mark.usefixtures("hurried_machines")


@pytest.fixture
def inbox(aws):
    return Inbox(aws.url)


@pytest.fixture
def machine(aws, inbox):
    return WaveMachine(aws, ApprovalTopicArn=inbox.topic)


@pytest.fixture
def function(machine):
    return FakeFunction(IDS)


def actions(function):
    return {request["action"] for request in function.requests}


def test_nothing_is_finalized_until_a_person_approves(machine, function, inbox):
    execution = machine.start()
    _, text = inbox.mail()
    before = actions(function)

    follow(machine, text, "send-task-success")
    summary = json.loads(machine.ended(execution)["output"])

    assert before == {"check"}
    assert (summary["outcome"], summary["changed"]) == ("FINALIZED", 60)


def test_the_summary_says_who_approved(machine, function, inbox):
    execution = machine.start()
    _, text = inbox.mail()

    follow(machine, text.replace("YOUR NAME", "Ada"), "send-task-success")

    assert json.loads(machine.ended(execution)["output"])["approval"] == {"approvedBy": "Ada"}


def test_a_refusal_ends_it_with_the_reason_and_nothing_is_finalized(machine, function, inbox):
    execution = machine.start()
    _, text = inbox.mail()

    follow(machine, text.replace("YOUR REASON", "The acceptance test is still running."), "send-task-failure")
    ended = machine.ended(execution)

    assert (ended["status"], ended["error"]) == ("FAILED", "Refused")
    assert ended["cause"] == "The acceptance test is still running."
    assert actions(function) == {"check"}


def test_the_message_says_what_was_found_where_it_is_and_that_it_cannot_be_undone(machine, function, inbox):
    machine.start()

    subject, text = inbox.mail()

    (manifest,) = re.findall(r"s3://\S+", text)
    assert len(subject) <= 100
    assert f"{WAVE}-1" in text
    assert '{"WOULD_FINALIZE":60}' in text
    assert "cannot be undone" in text
    assert "covers only the 60 source servers shown as ready (WOULD_FINALIZE), each with its instance" in text
    assert "No other source server is finalized." in text
    assert len(machine.outcomes(manifest)) == 60


def test_nobody_is_asked_about_a_check(machine, function, inbox):
    machine.run({"waveID": WAVE, "action": "check"})

    assert inbox.is_empty()


def test_nobody_is_asked_where_nothing_can_be_finalized(aws, machine, inbox, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    machine.seed(dict.fromkeys(IDS[:2], "finalized"))

    machine.run()

    assert inbox.is_empty()


@pytest.mark.parametrize("outcome", ["NOT_READY", "BLOCKED", "FAILED"])
def test_nobody_is_asked_where_nothing_is_ready(machine, function, inbox, outcome):
    for id_ in IDS:
        function.check(id_, outcome)

    summary = machine.run()

    assert (summary["action"], summary["counts"], inbox.is_empty()) == ("check", {outcome: 60}, True)


def test_an_approval_counts_once(machine, function, inbox):
    execution = machine.start()
    _, text = inbox.mail()
    follow(machine, text, "send-task-success")
    machine.ended(execution)

    with pytest.raises(ClientError):
        follow(machine, text, "send-task-success")

    assert len(function.requests) == 4
