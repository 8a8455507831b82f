"""The command line with waves: start, watch, approve, refuse and report, on the local AWS."""

import re
import time
import uuid

import pytest

from local.deploy.stack import client
from tests.e2e.cli.installed import ASKING
from tests.e2e.cli.pseudo_terminal import CTRL_C

FAST = ("--interval", "0.2")
ASKED = ("--stack-name", ASKING)


class Wave:
    """A new wave of MGN."""

    def __init__(self, aws, scenarios):
        self.id = f"wave-{uuid.uuid4().hex[:17]}"
        self.name = f"{self.id}-1"
        aws.add_wave(waveID=self.id)
        application = aws.add_application(waveID=self.id)["applicationID"]
        self.servers = [
            aws.add_source_server(scenario, applicationID=application)["sourceServerID"] for scenario in scenarios
        ]


@pytest.fixture
def wave(operator):
    """Adds a wave with source servers in the given scenarios."""
    return lambda *scenarios: Wave(operator.aws, scenarios)


@pytest.fixture
def asking(operator, wave):
    """Start a wave, and return it when it waits for an approval of its one ready source server."""
    started = wave("ready", "impaired")
    answer = operator.json("wave", "start", "--wave-id", started.id, "--yes", *ASKED)
    wait_for_the_request(operator, answer["executionArn"])
    return started


def wait_for_the_request(operator, execution):
    """Wait until the execution has requested an approval."""
    machines = client("stepfunctions", operator.aws.url)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        description = machines.describe_execution(executionArn=execution)
        assert description["status"] == "RUNNING", description
        events = machines.get_execution_history(executionArn=execution)["events"]
        if any(event["type"] == "TaskSubmitted" for event in events):
            return
        time.sleep(0.1)
    raise AssertionError("It requests no approval.")


def outcomes(report):
    return {one["sourceServerID"]: one["outcome"] for one in report["servers"]}


def test_a_person_starts_a_wave_watches_it_and_reads_its_report(operator, wave, on_a_terminal, tmp_path):
    started = wave("ready", "ready", "impaired")
    shell = on_a_terminal("wave", "start", "--wave-id", started.id, "--watch", *FAST)

    shell.wait_for(" checks 3 source servers again, of which 2 are ready now")
    shell.type("3\n")
    code, _ = shell.end(timeout=120)
    page = tmp_path / "page.html"
    report = operator.json("wave", "report", started.name, "--page", str(page), "--change", "CHG0012345", code=1)

    assert code == 1
    assert re.search(r"PARTIAL: 2 FINALIZED, 1 BLOCKED of 3 source servers; 2 changed by ", shell.screen)
    assert sorted(outcomes(report).values()) == ["BLOCKED", "FINALIZED", "FINALIZED"]
    assert report["status"] == "SUCCEEDED"
    assert "CHG0012345" in page.read_text(encoding="utf-8")
    assert all(server in page.read_text(encoding="utf-8") for server in started.servers)


def test_any_other_answer_starts_nothing(operator, wave, on_a_terminal):
    started = wave("ready")
    shell = on_a_terminal("wave", "start", "--wave-id", started.id)

    shell.wait_for("Type 1 to start it: ")
    shell.type("yes\n")

    assert shell.end()[0] == 1
    assert "Not confirmed; nothing was started." in shell.screen
    assert "does not exist" in operator.run("wave", "watch", started.name).stderr.casefold()


def test_a_wave_that_is_final_has_the_exit_code_zero_and_runs_once(operator, wave):
    started = wave("ready")

    operator.json("wave", "start", "--wave-id", started.id, "--yes")
    output = operator.json("wave", "watch", started.name, *FAST)
    operator.aws.advance(60)
    again = operator.run("wave", "start", "--wave-id", started.id, "--yes")

    assert (output["outcome"], output["counts"]) == ("FINALIZED", {"FINALIZED": 1})
    assert again.returncode == 3
    assert f"Execution {started.name} was started before; each name runs once." in again.stderr


def test_a_person_approves_exactly_what_the_check_found_ready(operator, asking, on_a_terminal):
    shell = on_a_terminal("wave", "approve", asking.name, "--approved-by", "Jane Doe", *ASKED)

    shell.wait_for("Type 1 to approve finalizing the 1 source server with WOULD_FINALIZE: ")
    shown = shell.screen
    shell.type("1\n")

    assert shell.end()[0] == 0
    assert re.search(rf"{asking.servers[0]} .*WOULD_FINALIZE", shown)
    assert re.search(rf"{asking.servers[1]} .*BLOCKED", shown)
    output = operator.json("wave", "watch", asking.name, *FAST, *ASKED, code=1)
    assert output["counts"] == {"FINALIZED": 1, "SKIPPED": 1}
    assert output["approval"] == {"approvedBy": "Jane Doe"}


def test_a_refused_confirmation_leaves_the_wave_waiting(operator, asking, on_a_terminal):
    shell = on_a_terminal("wave", "approve", asking.name, *ASKED)

    shell.wait_for("Type 1 ")
    shell.type("2\n")
    code, _ = shell.end()
    approved = operator.json("wave", "approve", asking.name, "--yes", *ASKED)

    assert code == 1
    assert "Not confirmed; nothing was approved, and the execution still waits." in shell.screen
    assert approved["approvedBy"].startswith("arn:aws:")
    assert list(approved["approvedInstances"]) == asking.servers[:1]


def test_a_refusal_ends_the_wave_with_its_reason(operator, asking):
    refused = operator.run("wave", "refuse", asking.name, "--reason", "The test is still running.", *ASKED)

    watched = operator.run("wave", "watch", asking.name, *FAST, *ASKED)

    assert (refused.returncode, watched.returncode) == (0, 3)
    assert watched.stderr == (
        f"Error: Execution {asking.name} has the status FAILED: Refused: The test is still running.\n"
    )


def test_ctrl_c_ends_only_the_watching(operator, asking, on_a_terminal):
    shell = on_a_terminal("wave", "watch", asking.name, *FAST, *ASKED)

    shell.wait_for(f"It waits for an approval: mgn-finalize wave approve {asking.name}")
    shell.wait_for("Waiting for an approval")
    shell.type(CTRL_C)

    assert shell.end()[0] == 130
    assert f"Execution {asking.name} goes on. Follow it again with: mgn-finalize wave watch" in shell.screen
    assert "Traceback" not in shell.screen
    assert operator.json("wave", "approve", asking.name, "--yes", *ASKED)["approvedBy"]


def test_a_wave_that_waits_tells_each_round(operator, wave, on_a_terminal):
    started = wave("ready", "impaired")
    until = ("--until-ready-hours", "2", "--every-minutes", "60")
    operator.json("wave", "start", "--wave-id", started.id, *until, "--yes")
    shell = on_a_terminal("wave", "watch", started.name, *FAST)

    shell.wait_for("Round 1: 1 FINALIZED, 1 BLOCKED of 2 source servers; 1 changed; until ")
    shell.wait_for("Waiting for the next round")
    operator.aws.advance(3600)

    assert shell.end(timeout=120)[0] == 1
    assert "Round 2: 1 FINALIZED, 1 BLOCKED of 2 source servers; 0 changed; until " in shell.screen
    assert "ended: DEADLINE" in shell.screen
    report = operator.json("wave", "report", started.name, code=1)
    assert outcomes(report) == dict(zip(started.servers, ("FINALIZED", "BLOCKED"), strict=True))
