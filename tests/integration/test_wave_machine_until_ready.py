"""Waves that wait: rounds of check and finalize until all source servers are final, or the deadline passes."""

import json
from collections import Counter

import pytest

from tests.integration.test_wave_machine_approved import launched
from tests.integration.wave_machine import WAVE, WaveMachine, server_ids

IDS = server_ids(4)
HOURLY = {"hours": 24, "everyMinutes": 60}

pytestmark = pytest.mark.usefixtures("moved_machines")


@pytest.fixture
def here(aws, monkeypatch):
    """The local AWS that the function calls."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    return aws


@pytest.fixture
def machine(here):
    return WaveMachine(here)


@pytest.fixture
def heal(here):
    """Makes the launched instance of a source server pass its status checks."""

    def heal(server_id):
        here.change_instance(launched(here, server_id), systemStatus="ok", instanceStatus="ok")

    return heal


def until_ready(**changes):
    return {"waveID": WAVE, "untilReady": {**HOURLY, **changes}}


def test_rounds_go_on_until_all_source_servers_are_final(here, machine, heal):
    machine.seed({IDS[0]: "ready", IDS[1]: "impaired", IDS[2]: "impaired"})

    def between(hours):
        if round(hours) == 2:
            heal(IDS[1])
        if round(hours) == 5:
            heal(IDS[2])

    ended = machine.ended_in_time(machine.start(until_ready()), between)
    print(ended)
    summary = json.loads(ended["output"])
    print(json.dumps(summary, indent=1))
    assert (summary["outcome"], summary["counts"], summary["changed"]) == ("FINALIZED", {"FINALIZED": 3}, 3)
    assert (summary["rounds"]["ended"], summary["rounds"]["number"]) == ("ALL_FINAL", 7)
