"""The program's help, its imports, and what it refuses without calling anything."""

import io
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from finalize_cutover.version import VERSION
from mgn_finalize import confirmation, program
from mgn_finalize.confirmation import confirm_servers, ready, typed
from mgn_finalize.errors import UnusableRequestError

ROOT = Path(__file__).parents[3]
SERVER = "s-0123456789abcdef0"
INSTANCE = "i-0123456789abcdef0"
COMMANDS = [
    (),
    ("check",),
    ("finalize",),
    ("audit",),
    ("preflight",),
    ("digest",),
    ("wave",),
    *(("wave", name) for name in ("start", "watch", "approve", "refuse", "report")),
]


@pytest.fixture
def python():
    """Run Python code in a process of its own; returns what it prints."""

    def python(code):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "cli", ROOT / "functions", ROOT)))}
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    return python


@pytest.fixture
def answering(monkeypatch):
    """Answer a question with text on stdin."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_a_help(command, capsys):
    assert program.run([*command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: mgn-finalize {' '.join(command)}".rstrip())


def test_help_imports_neither_boto3_nor_rich(python):
    code = (
        "import sys\nfrom mgn_finalize import program\nprogram.run(['wave', 'start', '--help'])\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'boto3', 'botocore', 'rich', 'jinja2', 'msgspec', 'reporting'}))"
    )

    assert python(code).splitlines()[-1] == "[]"


def test_the_version_is_that_of_the_application(capsys):
    assert program.run(["--version"]) == 0
    assert capsys.readouterr().out == f"mgn-finalize {VERSION}\n"


@pytest.mark.parametrize(
    "command",
    [("finalize", SERVER), ("wave", "start", "--wave-id", "wave-0123456789abcdef0"), ("wave", "approve", "wave-1")],
    ids=" ".join,
)
def test_nothing_irreversible_is_done_without_a_terminal_and_without_yes(command, capsys, monkeypatch):
    # Nothing answers there: a call would fail with another sentence.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    assert program.run(command) == 2
    error = capsys.readouterr().err
    assert re.fullmatch(r"Error: (\w+ ?){1,4} cannot be undone, and there is no terminal to confirm it; .*\n", error)
    assert error.endswith("nothing was called. Give --yes.\n")


def test_wrong_usage_has_its_own_exit_code(capsys):
    assert program.run(["check", "--no-such-option"]) == 2
    assert "No such option" in capsys.readouterr().err


def test_a_wave_of_listed_source_servers_needs_a_name(capsys):
    assert program.run(["wave", "start", SERVER, "s-0123456789abcdef1", "--yes"]) == 2
    assert "give --name" in capsys.readouterr().err


@pytest.mark.parametrize(("answer", "is_confirmed"), [("yes\n", True), (" yes \n", True), ("y\n", False), ("", False)])
def test_a_confirmation_is_typed_exactly(answering, answer, is_confirmed, capsys):
    answering(answer)

    assert typed("yes", "Type yes") is is_confirmed
    assert capsys.readouterr().err.startswith("Type yes: ")


def test_one_source_server_is_confirmed_by_its_id_and_several_by_their_number(answering, capsys):
    answering(f"{SERVER}\n2\n")

    assert confirm_servers({SERVER: INSTANCE})
    assert confirm_servers({SERVER: INSTANCE, "s-1": "i-1"})
    asked = capsys.readouterr().err
    assert f"Type {SERVER} to finalize this cutover: " in asked
    assert "Type 2 to finalize these 2 cutovers: " in asked


def test_more_than_a_request_can_cover_cannot_be_confirmed():
    found = {f"s-{number}": INSTANCE for number in range(confirmation.MOST_CONFIRMED + 1)}

    with pytest.raises(UnusableRequestError, match="201 source servers are ready; a confirmation covers at most 200"):
        confirm_servers(found)


def test_a_confirmation_covers_what_is_ready_with_its_instance():
    servers = [
        {"sourceServerID": SERVER, "outcome": "WOULD_FINALIZE", "launchedInstanceID": INSTANCE},
        {"sourceServerID": "s-1", "outcome": "NOT_READY", "launchedInstanceID": "i-1"},
        # Ready only because rules are waived: there is no instance that could be confirmed.
        {"sourceServerID": "s-2", "outcome": "WOULD_FINALIZE", "launchedInstanceID": None},
    ]

    assert ready({"servers": servers}) == {SERVER: INSTANCE}
    assert ready(servers[0]) == {SERVER: INSTANCE}


def test_the_wheel_contains_every_module_that_the_page_and_the_errors_need(python):
    code = (
        "import sys, reporting.page, reporting.rows, finalize_cutover.cutover.errors, finalize_cutover.version\n"
        "print(*[module.__file__ for name, module in sys.modules.items() if name.startswith('finalize_cutover')])"
    )
    needed = {Path(path).relative_to(ROOT).as_posix() for path in python(code).split()}

    project = tomllib.loads((ROOT / "cli" / "pyproject.toml").read_text())
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    assert {path.removeprefix("../") for path in included if "finalize_cutover" in path} == needed
    assert [
        path for path, place in included.items() if "finalize_cutover" in path and not place.endswith(path[13:])
    ] == []


def test_the_command_line_imports_nothing_else_of_the_application():
    texts = {path: path.read_text() for path in (ROOT / "cli" / "mgn_finalize").rglob("*.py")}
    imported = {
        found
        for text in texts.values()
        for found in re.findall(r"^\s*from (finalize_cutover\S*|reporting\S*)", text, re.MULTILINE)
    }

    assert imported == {
        "finalize_cutover.cutover",
        "finalize_cutover.version",
        "reporting.errors",
        "reporting.files",
        "reporting.page",
        "reporting.row",
        "reporting.rows",
    }


def test_the_lock_has_what_the_wheel_needs():
    def names(requirements):
        return {re.match(r"[\w-]+", one)[0] for one in requirements}

    own = tomllib.loads((ROOT / "cli" / "pyproject.toml").read_text())["project"]["dependencies"]
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["cli"]

    assert names(own) == names(group)
