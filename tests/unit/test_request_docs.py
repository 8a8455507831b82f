"""docs/custom-resource.md and docs/direct.md list every property and field, and the rules that they can name."""

import json
import re
from pathlib import Path

import pytest

from finalize_cutover.handlers.cloudformation.properties import Properties
from finalize_cutover.handlers.direct import DirectRequest

ROOT = Path(__file__).parents[2]
RESOURCE = (ROOT / "docs/custom-resource.md").read_text()
DIRECT = (ROOT / "docs/direct.md").read_text()


def schema(name):
    return json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text())["properties"]


def definition(name):
    """Return the text about a property."""
    return re.search(rf"^`{name}`\n: (.*?)\n\n", RESOURCE, re.DOTALL | re.MULTILINE)[1]


def test_the_syntax_and_the_properties_list_every_property_in_the_same_order():
    syntax = re.search(r"## Syntax\n\n```yaml\n.*?Properties:\n(.*?)```", RESOURCE, re.DOTALL)[1]
    described = re.findall(r"^`(\w+)`\n: ", RESOURCE, re.MULTILINE)

    assert re.findall(r"^  (\w+):", syntax, re.MULTILINE) == described
    assert set(described) == set(Properties.__struct_encode_fields__)


def test_the_table_of_a_direct_request_lists_every_field():
    table = DIRECT.split("## Request\n", 1)[1].split("\n### ", 1)[0]

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(DirectRequest.__struct_encode_fields__)


@pytest.mark.parametrize("name", ["Waive", "Require"])
def test_the_rules_that_a_property_can_name_are_those_of_the_schema(name):
    allowed = re.search(r"\*Allowed\*: (.*)\.$", definition(name), re.MULTILINE)[1]

    assert set(re.findall(r"`([\w-]+)`", allowed)) == set(schema("properties")[name]["items"]["enum"])


def test_the_rules_that_a_direct_request_can_require_are_those_of_the_schema():
    row = re.search(r"^\| `require` \|(.*?)\|", DIRECT, re.MULTILINE)[1]

    assert set(re.findall(r"`([\w-]+)`", row)) == set(schema("request")["require"]["items"]["enum"])
