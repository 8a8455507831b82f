"""The command line, installed from its wheel: reports, exit codes and confirmations."""

import re
import zipfile

import pytest

from finalize_cutover.version import VERSION
from tests.e2e.cli.pseudo_terminal import CTRL_C

LARGEST = 200_000  # bytes
NOT_A_TERMINAL = "cannot be undone, and there is no terminal to confirm it; nothing was called. Give --yes.\n"


@pytest.fixture
def add(operator):
    """Add a source server to MGN; return its ID."""
    return lambda scenario="ready", **options: operator.aws.add_source_server(scenario, **options)["sourceServerID"]


def state_of(operator, server_id):
    return operator.json("check", server_id, code=None)["lifeCycleState"]


def test_two_wheels_are_the_same_and_small(wheels):
    _, (one, other) = wheels

    assert one == other
    assert len(one) < LARGEST


def test_the_wheel_contains_one_package(wheels):
    names = zipfile.ZipFile(wheels[0]).namelist()

    assert {name.partition("/")[0] for name in names} == {"mgn_finalize", f"mgn_finalize-{VERSION}.dist-info"}
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc")] == []


def test_the_version_is_that_of_the_application(operator):
    assert operator.run("--version").stdout == f"mgn-finalize {VERSION}\n"


def test_a_check_answers_with_its_outcome_and_the_exit_code(operator, add):
    ready, impaired = add(), add("impaired")

    assert operator.json("check", ready)["outcome"] == "WOULD_FINALIZE"
    assert operator.json("check", ready, impaired, code=1)["counts"] == {"WOULD_FINALIZE": 1, "BLOCKED": 1}


def test_a_check_in_a_pipe_is_a_plain_table(operator, add):
    impaired = add("impaired", hostname="db-01")

    ended = operator.run("check", impaired)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert re.search(rf"^{impaired}  db-01  BLOCKED  instance-status BLOCK: ", ended.stdout, re.MULTILINE)
    assert "\x1b" not in ended.stdout
    assert ended.stdout.count(" PASS ") == 13


def test_nothing_is_finalized_without_a_terminal_and_without_yes(operator, add):
    server = add()
    operator.aws.clear_calls()

    ended = operator.run("finalize", server)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"Error: Finalizing {NOT_A_TERMINAL}"
    assert operator.aws.calls() == []


def test_yes_finalizes_and_a_second_time_changes_nothing(operator, add):
    server = add()

    first, second = operator.json("finalize", server, "--yes"), operator.json("finalize", server, "--yes")

    assert (first["outcome"], first["changed"]) == ("FINALIZED", True)
    assert (second["outcome"], second["changed"]) == ("FINALIZED", False)


def test_a_person_types_the_source_server_to_finalize_it(operator, add, on_a_terminal):
    server = add(hostname="web-01")
    shell = on_a_terminal("finalize", server)

    shell.wait_for(f"Type {server} to finalize this cutover: ")
    before = shell.screen
    shell.type(f"{server}\n")

    assert shell.end()[0] == 0
    assert "WOULD_FINALIZE" in before
    assert re.search(rf"{server} +web-01 +FINALIZED +finalized now", shell.screen)
    assert "\x1b[32mFINALIZED" in shell.raw
    assert "Finalizing; this can take up to 15 minutes" in shell.raw


@pytest.mark.parametrize("answer", ["y\n", "\x04"])
def test_any_other_answer_finalizes_nothing(operator, add, on_a_terminal, answer):
    server = add()
    shell = on_a_terminal("finalize", server)

    shell.wait_for(f"Type {server} ")
    shell.type(answer)

    assert shell.end()[0] == 1
    assert "Not confirmed; nothing was finalized." in shell.screen
    assert state_of(operator, server) == "CUTTING_OVER"


def test_a_confirmation_covers_exactly_what_was_shown(operator, add, on_a_terminal):
    ready, impaired = add(), add("impaired")
    shell = on_a_terminal("finalize", ready, impaired, pipes_stdout=True)

    shell.wait_for("Type ", timeout=60)
    instance = operator.json("check", impaired, code=1)["launchedInstanceID"]
    operator.aws.change_instance(instance, instanceStatus="ok")
    shell.type(f"{ready}\n")
    code, table = shell.end()

    assert code == 1
    assert re.search(rf"{ready} .*FINALIZED +finalized now", table)
    assert re.search(rf"{impaired} .*SKIPPED +approval BLOCK", table)
    assert state_of(operator, impaired) == "CUTTING_OVER"


def test_where_nothing_is_ready_there_is_nothing_to_confirm(operator, add, on_a_terminal):
    shell = on_a_terminal("finalize", add("impaired"))

    assert shell.end()[0] == 1
    assert "No source server is ready, so there is nothing to confirm; nothing was finalized." in shell.screen


def test_json_goes_to_a_pipe_while_the_person_confirms_on_the_terminal(add, on_a_terminal):
    server = add()
    shell = on_a_terminal("finalize", server, "--json", pipes_stdout=True)

    shell.wait_for(f"Type {server} ")
    shell.type(f"{server}\n")
    code, piped = shell.end()

    assert (code, piped[0], piped[-2:]) == (0, "{", "}\n")
    assert "WOULD_FINALIZE" in shell.screen
    assert '"outcome": "FINALIZED"' in piped


def test_ctrl_c_at_the_question_finalizes_nothing(operator, add, on_a_terminal):
    server = add()
    shell = on_a_terminal("finalize", server)

    shell.wait_for(f"Type {server} ")
    shell.type(CTRL_C)

    assert shell.end()[0] == 130
    assert "Traceback" not in shell.screen
    assert state_of(operator, server) == "CUTTING_OVER"


def test_an_audit_lists_what_was_left_behind(operator, add):
    clean = add("finalized")
    left = add("finalized", leftovers=["volume"])

    assert operator.json("audit", clean)["outcome"] == "CLEAN"
    ended = operator.run("audit", left)
    assert ended.returncode == 1
    assert "LEFT_BEHIND" in ended.stdout
    assert re.search(rf"^(vol|snap|i)-\S+ +\w+ +{left} ", ended.stdout, re.MULTILINE)


def test_a_preflight_is_a_table_on_a_terminal_and_json_in_a_pipe(operator, add, on_a_terminal):
    report = operator.json("preflight", add())
    shell = on_a_terminal("preflight")

    assert shell.end()[0] == 0
    assert re.search(r"source-servers +PASS", shell.screen)
    assert "Checking the deployment" in shell.raw
    assert "Warning" not in shell.screen
    assert report["versions"]["function"] == VERSION
    assert [one["verdict"] for one in report["checks"] if one["check"] == "source-server"] == ["PASS"]


def test_a_digest_says_what_is_blocked(operator, add):
    add("impaired", hostname="erp-07", tags={"FinalizeCutover": "approved"})

    ended = operator.run("digest")

    assert ended.returncode == 1
    assert "erp-07" in ended.stdout
    assert "It was not published: there is no topic." in ended.stdout


def test_completion_comes_from_the_program(operator):
    ended = operator.run(_MGN_FINALIZE_COMPLETE="bash_source")

    assert "complete -o nosort -F _mgn_finalize_completion mgn-finalize" in ended.stdout
