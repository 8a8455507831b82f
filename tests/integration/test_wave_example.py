"""examples/wave.yaml and the application, deployed to the local AWS, with the function's real handler."""

from pathlib import Path

import pytest

from local.cloudformation import moto_patches
from local.deploy.stack import Stack
from tests.integration.wave_machine import WAVE, WaveMachine, server_ids

EXAMPLE = Path(__file__).parents[2] / "examples" / "wave.yaml"
IDS = server_ids(3)


@pytest.fixture
def deploy(aws, monkeypatch, hurried_machines):
    """Adds a wave of {source server ID: scenario}, and deploys the example for it; returns the stack and its state."""
    application = WaveMachine(aws)
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", moto_patches.installed().endpoint.host)

    def deploy(scenarios):
        application.seed(scenarios)
        reasons = []
        stack = Stack(aws.url, "wave", on_event=lambda event: reasons.append(event.get("ResourceStatusReason", "")))
        parameters = {"ApplicationStack": "finalize-cutover", "WaveID": WAVE, "SoakMinutes": "0"}
        return stack.deploy(EXAMPLE, parameters), " ".join(reasons)

    return deploy


def test_a_stack_goes_on_when_all_of_the_wave_is_finalized(deploy):
    state, _ = deploy(dict.fromkeys(IDS, "ready"))

    assert state.status == "CREATE_COMPLETE"
    assert state.outputs == {"Outcome": "FINALIZED", "Total": "3", "Finalized": "3"}


def test_a_stack_says_which_server_keeps_it_from_going_on(deploy):
    state, reasons = deploy({IDS[0]: "ready", IDS[1]: "impaired"})

    assert state.has_failed
    assert f"Source server {IDS[1]} (web-1) cannot be finalized" in reasons
