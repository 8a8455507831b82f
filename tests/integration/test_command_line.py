"""The command line in this process, against the deployed application: errors, files and exit codes."""

import json
import re

import pytest

from finalize_cutover.version import VERSION
from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from mgn_finalize import program
from tests.integration.wave_machine import WAVE, server_ids

READY, BLOCKED = IDS = server_ids(2)
FAST = ("--interval", "0.1")


@pytest.fixture
def run(here, deploy_application, capsys, monkeypatch):
    """Run the program without a terminal; returns the exit code, stdout and stderr."""
    deploy_application()
    here.add_wave(waveID=WAVE)
    application = here.add_application(waveID=WAVE)["applicationID"]
    for server_id, scenario in zip(IDS, ("ready", "impaired"), strict=True):
        here.add_source_server(scenario, sourceServerID=server_id, applicationID=application)

    def run(*arguments):
        capsys.readouterr()
        code = program.run(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def answer(run):
    """Run the program with ``--json``; returns the exit code, and what it wrote to stdout."""

    def answer(*arguments):
        code, printed, error = run(*arguments, "--json")
        assert error == ""
        # The function runs in this process, and prints its metrics.
        return code, json.loads(printed[printed.index("{\n") :])

    return answer


def test_the_functions_own_sentence_is_shown(run, pytestconfig):
    code, _, error = run("check", "s-1")

    assert code == 2
    assert error.startswith('Error: InvalidRequestError: sourceServerID is "s-1"; allowed: s- and 17 letters')
    page = (pytestconfig.rootpath / "docs" / "command-line.md").read_text()
    assert f"$ mgn-finalize check s-1\n{error}```\n" in page


def test_an_error_that_a_retry_can_cure_has_its_own_exit_code(here, run):
    here.add_fault("DescribeSourceServers", "throttle", times=50)

    code, _, error = run("check", READY)

    assert code == 4
    assert error.startswith("Error: MgnUnavailableError: ")
    assert error.endswith("Retry the request; this is safe.\n")


def test_a_stack_that_does_not_exist_is_an_error_in_one_sentence(run):
    code, printed, error = run("check", READY, "--stack-name", "nowhere")

    assert (code, printed) == (3, "")
    assert re.fullmatch(
        r"Error: CloudFormation did not describe stack nowhere: ValidationError: .*nowhere.*\n"
        r"It was looked for in Region eu-west-1: .*--region.*--stack-name\.\n",
        error,
    )


def test_a_function_can_be_named_instead_of_a_stack(run):
    code, _, error = run("check", READY, "--function-name", "nowhere")

    assert code == 3
    assert "Function nowhere did not answer: ResourceNotFoundException" in error


def test_the_stack_can_be_named_by_the_environment(run, monkeypatch):
    monkeypatch.setenv("MGN_FINALIZE_STACK_NAME", "nowhere")

    assert run("preflight")[0] == 3


def test_where_nothing_answers_the_same_command_can_be_run_again(run, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    code, _, error = run("preflight", "--function-name", "finalize")

    assert code == 4
    assert "Function finalize did not answer: Could not connect to the endpoint URL" in error
    assert error.endswith("\nRun the same command again; this is safe.\n")


def test_a_request_from_a_file_can_have_any_field(answer, tmp_path):
    (tmp_path / "request.json").write_text(f'{{"sourceServerID": "{READY}", "approvedInstances": {{}}}}')

    code, report = answer("check", "--request", str(tmp_path / "request.json"))

    assert (code, report["outcome"]) == (1, "SKIPPED")


def test_the_options_reach_the_function(answer):
    code, report = answer("check", *IDS, "--waive", "instance-status", "--require", "termination-protection")

    assert code == 1
    found = {
        (one["sourceServerID"], rule["rule"]): rule["verdict"] for one in report["servers"] for rule in one["readiness"]
    }
    assert found == {
        (READY, "termination-protection"): "BLOCK",
        (BLOCKED, "instance-status"): "WAIVED",
        (BLOCKED, "termination-protection"): "BLOCK",
    }


def test_a_dry_run_needs_no_confirmation_and_changes_nothing(here, answer):
    here.clear_calls()

    code, report = answer("finalize", READY, "--dry-run")

    assert (code, report["outcome"]) == (0, "WOULD_FINALIZE")
    assert "FinalizeCutover" not in here.operations("mgn")


@pytest.mark.parametrize(
    "command", [("finalize", READY), ("wave", "start", "--wave-id", WAVE), ("wave", "approve", "wave-1")], ids=" ".join
)
def test_nothing_is_called_without_a_terminal_and_without_yes(here, run, command):
    here.clear_calls()

    code, printed, error = run(*command)

    assert (code, printed, here.calls()) == (2, "", [])
    assert error.endswith(" and there is no terminal to confirm it; nothing was called. Give --yes.\n")


def test_a_check_of_a_wave_needs_no_confirmation(answer):
    started = answer("wave", "start", "--wave-id", WAVE, "--dry-run")
    watched = answer("wave", "watch", f"{WAVE}-dry-run-1", *FAST)
    reported = answer("wave", "report", f"{WAVE}-dry-run-1")

    assert started[0] == 0
    assert (watched[0], watched[1]["counts"]) == (1, {"WOULD_FINALIZE": 1, "BLOCKED": 1})
    assert {one["sourceServerID"]: one["outcome"] for one in reported[1]["servers"]} == {
        READY: "WOULD_FINALIZE",
        BLOCKED: "BLOCKED",
    }


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--until-ready-hours", "2", "--every-minutes", "5"), "untilReady.everyMinutes is "),
        (("--waive", "lifecycle"), 'waive[0] is "lifecycle"; allowed:'),
    ],
)
def test_the_machines_own_sentence_is_shown(run, option, words):
    codes, errors = [], []
    for command in (("start", "--wave-id", WAVE, *option, "--yes"), ("watch", f"{WAVE}-1", *FAST)):
        code, _, error = run("wave", *command)
        codes.append(code)
        errors.append(f"Execution {WAVE}-1 has the status FAILED: InvalidRequestError: {words}" in error)

    assert (codes, errors) == ([2, 2], [True, True])


def test_a_wave_that_waits_needs_both_times(here, run):
    here.clear_calls()

    code, _, error = run("wave", "start", "--wave-id", WAVE, "--until-ready-hours", "2", "--yes")

    assert (code, here.calls()) == (2, [])
    assert error == "Error: --until-ready-hours and --every-minutes belong together: give both.\n"


@pytest.mark.parametrize("command", [("watch",), ("report",), ("approve", "--yes"), ("refuse", "--reason", "No.")])
def test_an_execution_that_does_not_exist_is_an_error_in_one_sentence(run, command):
    code, _, error = run("wave", *command, "nowhere")

    assert code == 3
    assert error.startswith("Error: Step Functions did not describe nowhere: ExecutionDoesNotExist: ")


def test_a_wave_that_waits_for_nobody_cannot_be_approved(run):
    run("wave", "start", "--wave-id", WAVE, "--watch", "--yes", *FAST)

    code, _, error = run("wave", "approve", f"{WAVE}-1", "--yes")

    assert code == 3
    assert f"Execution {WAVE}-1 does not wait for an approval; its status is SUCCEEDED." in error


def test_a_function_of_another_version_is_a_warning(run):
    report = {"outcome": "PASS", "counts": {}, "versions": {"function": "0.0.9"}, "checks": []}
    functions.register(HANDLER, lambda _event, _timeout: report)

    code, _, error = run("preflight")

    assert code == 0
    assert error == (
        f"Warning: the function is version 0.0.9, and this program {VERSION}: install the program of that version.\n"
    )
