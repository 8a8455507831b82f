"""The examples, tables and limits in docs/acceptance.md match the code."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from finalize_cutover.aws.acceptance import validator
from finalize_cutover.cutover.acceptance.change_calendar import JUST_ASKED
from finalize_cutover.cutover.readiness.judge import NEVER_WAIVED
from finalize_cutover.cutover.report import camel_case
from finalize_cutover.cutover.time_budget import READING
from finalize_cutover.handlers.acceptance import REQUIRABLE
from finalize_cutover.handlers.cloudformation.properties import Properties
from finalize_cutover.handlers.direct import DirectRequest, read_request

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/acceptance.md").read_text()
REQUEST, SENT, ANSWERED = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def schema(name):
    return Draft202012Validator(json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text()))


def table(heading):
    """Return the rows of the table below *heading*, each with the names in backquotes by column."""
    section = re.split(r"\n##+ ", PAGE.split(f"# {heading}\n", 1)[1], maxsplit=1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[re.findall(r"`([\w-]+)`", cell) for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_request_is_one_that_the_function_accepts():
    assert read_request(REQUEST).all_or_nothing is True
    schema("request").validate(REQUEST)


def test_the_example_stack_asks_for_the_same_as_the_request():
    text = re.sub(r"!(Ref|GetAtt|Sub|ImportValue)\b", "", (ROOT / "examples/accepted-application.yaml").read_text())
    properties = yaml.safe_load(text)["Resources"]["AcceptedApplication"]["Properties"]

    own = {"ServiceToken", "ServiceTimeout", "Revision"}
    names = dict(zip(Properties.__struct_encode_fields__, Properties.__struct_fields__, strict=True))
    assert {camel_case(names[name]) for name in properties.keys() - own} == REQUEST.keys()
    assert properties["Require"] == REQUEST["require"]


def test_the_validators_request_and_response_keep_to_their_schemas():
    schema("validator-request").validate(SENT)
    schema("validator-response").validate(ANSWERED)
    assert ANSWERED.keys() == {server["sourceServerID"] for server in SENT["servers"]}


@pytest.mark.parametrize(("column", "kind"), [(1, Properties), (2, DirectRequest)])
def test_every_check_is_switched_on_by_a_member_that_exists(column, kind):
    switches = {name: row for [name], *row in table("Switch them on")}

    named = {switch for row in switches.values() for switch in row[column - 1]}
    assert named <= set(kind.__struct_encode_fields__)
    assert {name for name, row in switches.items() if {"Require", "require"} & set(row[column - 1])} == set(REQUIRABLE)


def test_every_check_has_a_chapter_in_the_order_of_the_table():
    chapters = re.findall(r"^### ([\w-]+)$", PAGE, re.MULTILINE)

    assert chapters == [name for [name], *_ in table("Switch them on")]
    assert not set(chapters) & NEVER_WAIVED


def test_every_check_of_one_server_says_where_it_is_read():
    read = [name for names, *_ in table("Accounts and permissions") for name in names]

    assert set(read) == {name for [name], *_ in table("Switch them on")} - {"group", "application"}


@pytest.mark.parametrize(
    "words",
    [
        f"within {READING.total_seconds()} seconds for up to {validator.SERVERS_PER_CALL} source servers",
        f"up to {validator.SERVERS_PER_CALL} source servers;",
        f"up to {validator.MOST_CHARACTERS} characters",
        f"more than {validator.MOST_BYTES:,} bytes",
        f"within the last {JUST_ASKED.total_seconds():.0f} seconds",
    ],
)
def test_the_limits_are_those_of_the_code(words):
    assert words in PAGE


def test_up_to_four_calls_of_the_validator_run_at_the_same_time():
    assert validator.WORKERS == 4
    assert "up to four calls run at the same time" in PAGE
