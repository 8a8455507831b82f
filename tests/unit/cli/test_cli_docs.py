"""docs/command-line.md names every command, option and exit code of the program."""

import re
from pathlib import Path

import click
import pytest

from mgn_finalize import exits
from mgn_finalize.confirmation import MOST_CONFIRMED
from mgn_finalize.program import program
from mgn_finalize.request import FIELDS
from mgn_finalize.terminal import MOST_ROWS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "command-line.md").read_text()


def chapter(heading):
    return re.split(r"^##+ ", PAGE.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def leaves(command, path=()):
    """Yield each command with its words."""
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from leaves(one, (*path, name))
    else:
        yield path, command


COMMANDS = list(leaves(program))


def test_every_command_is_on_the_page():
    named = re.findall(r"^\| `((?:wave )?[a-z]+)", chapter("Commands"), re.MULTILINE)

    assert sorted(named) == sorted(" ".join(path) for path, _ in COMMANDS)


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_option_is_on_the_page(path, command):
    options = {name for one in command.params if isinstance(one, click.Option) for name in one.opts}

    assert [name for name in options if not re.search(rf"`[^`\n]*{name}\b", PAGE)] == []


def test_the_page_names_no_other_option():
    known = {name for _, command in COMMANDS for one in command.params for name in one.opts} | {"--version"}

    ours = re.sub(r"`uvx .*?`|\[[^]]*\]\([^)]*\)", "", PAGE)
    assert set(re.findall(r"(--[a-z][a-z-]+)", re.sub(r"\| jq .*", "", ours))) - known == set()


def test_the_page_says_which_field_an_option_is():
    rows = re.findall(r"^\| (`--.*?) \| (.*?) \|$", chapter("Options of a request"), re.MULTILINE)
    told = {}
    for options, fields in rows:
        named = re.findall(r"--([a-z-]+)", options)
        told |= dict(zip(named, re.findall(r"`(\w+)`", fields), strict=False))

    spelled = {option.replace("_", "-"): field for option, field in FIELDS.items()}
    spelled = {{"alarms": "alarm", "change-calendars": "change-calendar"}.get(k, k): v for k, v in spelled.items()}
    selecting = {"application-id", "wave-id", "account-id"}
    assert {name: field for name, field in spelled.items() if name not in selecting} == {
        name: field for name, field in told.items() if field != "untilReady" and name != "every-minutes"
    }


def test_every_exit_code_is_on_the_page():
    listed = {int(code) for code in re.findall(r"^\| ([0-9]+) \|", chapter("Exit codes"), re.MULTILINE)}

    assert listed == {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}


def test_the_most_that_a_table_and_a_confirmation_can_have_are_on_the_page():

    assert f"A confirmation covers at most {MOST_CONFIRMED} source servers." in PAGE
    assert f"lists at most {MOST_ROWS} source servers" in PAGE
