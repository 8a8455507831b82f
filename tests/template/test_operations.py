"""docs/operations.md describes only things that exist."""

import json
import re

import pytest

from tests.template.rendered import rendered


@pytest.fixture(scope="module")
def manual(root):
    return (root / "docs" / "operations.md").read_text()


@pytest.fixture(scope="module")
def commands(manual):
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", manual, flags=re.DOTALL | re.MULTILINE))


def words(text):
    return " ".join(text.split())


def test_every_output_that_a_command_reads_is_one_of_the_stack(commands, template):
    read = set(re.findall(r"\$\(output (\w+)\)", commands))
    read |= {name for names in re.findall(r"for queue in ([\w ]+);", commands) for name in names.split()}

    assert read - template["Outputs"].keys() == set()
    assert {"FailedInvocations", "FailedRequests", "UndeliveredLaunchResults", "UndeliveredSweeps"} <= read


def test_a_command_turns_off_every_rule_of_the_stack_that_can_finalize(commands, transformed):
    (rules,) = re.findall(r"for rule in ([\w ]+);", commands)

    wanted = {name for name, r in transformed["Resources"].items() if r["Type"] == "AWS::Events::Rule"}
    assert set(rules.split()) == wanted - {"FinalizeCutoverDigest"}


def test_every_parameter_that_the_manual_sets_is_one_of_the_template(manual, template):
    overrides = set(re.findall(r'"(\w+)=([^"]+)"', manual))
    refused = [one for one in overrides if one[1] not in template["Parameters"][one[0]].get("AllowedValues", one)]

    assert refused == []
    assert {("FinalizeOnLaunch", "ENABLED"), ("FinalizeOnLaunch", "DISABLED")} <= overrides


def test_no_command_sets_a_parameter_for_one_deployment_or_saves_answers(commands):
    # SAM would put saved values back with a later deployment: see "Parameters" in the manual.
    assert "--parameter-overrides" not in commands
    assert "--guided" not in commands


def test_every_query_of_the_dashboard_is_in_the_manual(manual, transformed):
    dashboard = rendered(transformed["Resources"]["Dashboard"]["Properties"]["DashboardBody"], transformed)
    queries = [
        widget["properties"]["query"].partition(" | ")[2]
        for widget in json.loads(dashboard)["widgets"]
        if widget["type"] == "log"
    ]

    assert [query for query in queries if words(query) not in words(manual)] == []


def test_no_command_shows_a_signed_url(commands):
    shown = [part for part in commands.split("jq ") if "requestPayload" in part]

    assert shown != []
    assert [part for part in shown if "del(.ResponseURL)" not in part] == []


def test_every_heading_that_is_linked_to_exists(manual):
    headings = re.findall(r"^#+ (.*)$", manual, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    assert [link for link in re.findall(r"\]\(#([^)]*)\)", manual) if link not in anchors] == []


def test_every_file_that_is_linked_to_exists(root, manual):
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)#h][^)]*)\)", manual)]

    assert links != []
    assert [link for link in links if not (root / "docs" / link).exists()] == []
