"""``allOrNothing`` and ``applicationsTogether`` in waves."""

import json

import pytest

from tests.integration.inbox import Inbox, follow
from tests.integration.test_wave_machine_approved import written
from tests.integration.wave_machine import JOB, WAVE, FakeFunction, WaveMachine, server_ids

IDS = server_ids(70)
APPLICATIONS = ("app-0123456789abcdef0", "app-0123456789abcdef1")

pytestmark = pytest.mark.usefixtures("hurried_machines")


@pytest.fixture
def machine(here):
    return WaveMachine(here)


@pytest.fixture
def add(here):
    """Adds source servers to an application of the wave."""
    here.add_wave(waveID=WAVE)
    for application_id in APPLICATIONS:
        here.add_application(applicationID=application_id, waveID=WAVE)

    def add(number, *server_ids, scenario="ready"):
        for id_ in server_ids:
            here.add_source_server(scenario, sourceServerID=id_, applicationID=APPLICATIONS[number], jobID=JOB)

    return add


def test_all_of_it_is_finalized_if_all_of_it_is_ready(here, machine, add):
    add(0, *IDS[:60])

    summary = machine.run({"waveID": WAVE, "allOrNothing": True})

    assert (summary["action"], summary["counts"]) == ("finalize", {"FINALIZED": 60})


@pytest.mark.parametrize("scenario", ["impaired", "booting"])
def test_nothing_is_finalized_if_one_of_it_is_not_ready(here, machine, add, scenario):
    add(0, *IDS[:3])
    add(1, IDS[3], scenario=scenario)

    summary = machine.run({"waveID": WAVE, "allOrNothing": True, "waitMinutes": 0})

    assert summary["action"] == "check"
    assert summary["outcome"] in {"BLOCKED", "NOT_READY"}
    assert summary["counts"] == {"WOULD_FINALIZE": 3, summary["outcome"]: 1}
    assert written(here) == []


def test_what_is_final_already_does_not_keep_the_rest(machine, add):
    add(0, IDS[0], scenario="finalized")
    add(0, IDS[1])

    assert machine.run({"waveID": WAVE, "allOrNothing": True})["counts"] == {"FINALIZED": 2}


def test_each_batch_is_finalized_with_a_fresh_look_of_its_own_at_all_of_it(machine):
    function = FakeFunction(IDS)

    machine.run({"waveID": WAVE, "allOrNothing": True})

    assert [(one["action"], one["allOrNothing"]) for one in function.requests] == [
        *[("check", False)] * 2,
        *[("finalize", True)] * 2,
    ]


def test_whole_applications_are_kept_instead_of_whole_batches_if_both_are_asked_for(machine):
    function = FakeFunction(IDS)

    machine.run({"waveID": WAVE, "allOrNothing": True, "applicationsTogether": True})

    assert {one["allOrNothing"] for one in function.requests} == {False}
    assert {one["applicationsTogether"] for one in function.requests} == {True}


def test_an_application_is_finalized_when_all_of_it_is_ready_and_others_do_not_wait(here, machine, add):
    add(0, *IDS[:3])
    add(1, *IDS[3:5])
    add(1, IDS[5], scenario="impaired")

    summary = machine.run({"waveID": WAVE, "applicationsTogether": True, "waitMinutes": 0})

    assert (summary["counts"], written(here)) == ({"FINALIZED": 3, "BLOCKED": 3}, IDS[:3])


@pytest.mark.parametrize(("scenario", "counts"), [("ready", {"FINALIZED": 61}), ("impaired", {"BLOCKED": 61})])
def test_an_application_that_is_larger_than_a_batch_is_finalized_whole_or_not_at_all(machine, add, scenario, counts):
    add(0, *IDS[:60])
    add(0, IDS[60], scenario=scenario)

    summary = machine.run({"waveID": WAVE, "applicationsTogether": True, "waitMinutes": 0})

    assert summary["counts"] == counts


def test_an_approved_application_that_is_larger_than_a_batch_is_finalized(here, add):
    inbox = Inbox(here.url)
    machine = WaveMachine(here, ApprovalTopicArn=inbox.topic)
    add(0, *IDS[:60])

    execution = machine.start({"waveID": WAVE, "applicationsTogether": True})
    follow(machine, inbox.mail()[1], "send-task-success")

    assert json.loads(machine.ended(execution)["output"])["counts"] == {"FINALIZED": 60}
