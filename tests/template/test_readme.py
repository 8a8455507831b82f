"""The README's tables match the template and the code."""

import re
from pathlib import Path

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

from finalize_cutover.cutover.acceptance.alarms import AlarmsRule
from finalize_cutover.cutover.acceptance.application_status import ApplicationStatusRule
from finalize_cutover.cutover.acceptance.backup import BackupRule
from finalize_cutover.cutover.acceptance.change_calendar import ChangeCalendarRule
from finalize_cutover.cutover.acceptance.termination_protection import TerminationProtectionRule
from finalize_cutover.cutover.acceptance.validator import ValidatorRule
from finalize_cutover.cutover.readiness.hints import HINTS
from finalize_cutover.cutover.readiness.judge import RULES
from finalize_cutover.handlers.acceptance import REQUIRABLE
from finalize_cutover.handlers.cloudformation.properties import Properties

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
# In the order of the reports.
OPTIONAL = (
    ApplicationStatusRule,
    AlarmsRule,
    TerminationProtectionRule,
    BackupRule,
    ChangeCalendarRule,
    ValidatorRule,
)
PAGES = sorted(path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))


def rows(heading):
    """Return the cells of the table below *heading* and above the next one, without its header row."""
    section = re.split(r"\n##+ ", README.split(f"# {heading}\n", 1)[1], maxsplit=1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_every_parameter_is_in_the_readme_with_its_default():
    parameters = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]

    told = {name.strip("`"): default.strip("`") for name, default, _ in rows("Parameters")}

    assert told == {name: str(parameter["Default"]) or "none" for name, parameter in parameters.items()}


def test_every_rule_of_readiness_is_in_the_readme_in_its_order():
    assert [name.strip("`") for name, _, _ in rows("How it decides")] == list(RULES)


def test_the_readme_says_for_each_rule_what_to_do_in_the_words_of_the_reports():
    told = {name.strip("`"): to_do for name, *_, to_do in [*rows("How it decides"), *rows("Optional checks")]}

    assert told == {**HINTS, **{rule.name: rule.hint for rule in OPTIONAL}}


def test_every_optional_rule_is_in_the_readme_in_the_order_of_the_reports():
    names = [name.strip("`") for name, *_ in rows("Optional checks")]

    assert names == [*[rule.name for rule in OPTIONAL], "group", "application"]


def test_the_readme_says_which_property_switches_an_optional_rule_on():
    told = {name.strip("`"): set(re.findall(r"`(\w+)`", switch)) for name, switch, *_ in rows("Optional checks")}

    assert told.pop("application") == {"FinalizeApplicationsTogether"}  # a parameter
    properties = {name for switches in told.values() for name in switches}
    assert {name for name, switches in told.items() if "Require" in switches} == set(REQUIRABLE)
    assert properties == {"Require", "Alarms", "ChangeCalendars", "AllOrNothing", "SetTerminationProtection"}
    assert properties <= set(Properties.__struct_encode_fields__)


def test_the_readme_counts_the_rules_that_are_always_checked():
    assert set(re.findall(r"(\d+) (?:readiness )?checks", README)) == {str(len(RULES))}


def anchors(page):
    """Return the anchors of the headings of *page*."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_within_the_project_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", (ROOT / page).read_text())

    assert [link for link in links if not (ROOT / page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_to_a_heading_has_its_heading(page):
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]*)\)", (ROOT / page).read_text())
    targets = [((ROOT / page.parent / path) if path else ROOT / page, anchor) for path, anchor in links]

    assert [anchor for target, anchor in targets if anchor not in anchors(target)] == []


def test_the_readmes_first_example_is_a_resource_with_properties_that_we_know():
    example = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1]

    properties = yaml.load(example.replace("!ImportValue ", ""), yaml.SafeLoader)["WebServerCutover"]["Properties"]

    assert properties.keys() <= {"ServiceToken", "ServiceTimeout", "SourceServerID"}
