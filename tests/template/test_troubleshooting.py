"""docs/troubleshooting.md has an entry for every text and name that a user can see, and none for another one."""

import re
from itertools import chain

import pytest

from finalize_cutover.aws.errors import ERRORS, HINTS
from finalize_cutover.cutover.acceptance import alarms, application_status, backup, change_calendar, validator
from finalize_cutover.cutover.acceptance import termination_protection as protection
from finalize_cutover.cutover.audit.report import AuditOutcome
from finalize_cutover.cutover.fleet_report import FleetOutcome
from finalize_cutover.cutover.preflight.report import CheckName
from finalize_cutover.cutover.readiness.judge import RULES
from finalize_cutover.cutover.report import Outcome
from tests.template.expressions import PACKAGE, VALUE, trees
from tests.template.texts import error_classes, texts

GOOD = {"FINALIZED", "WOULD_FINALIZE", "CLEAN"}
# Errors that never leave the function as such.
INTERNAL = {"CutoverError", "NoAnswerInTimeError", "RefusedError", "UnusableAnswerError"}
OPTIONAL = (
    alarms.AlarmsRule,
    application_status.ApplicationStatusRule,
    backup.BackupRule,
    change_calendar.ChangeCalendarRule,
    protection.TerminationProtectionRule,
    validator.ValidatorRule,
)
# What the state machine does not name itself: an error of maps, and the answer that docs/waves.md describes.
OF_WAVES = {"Refused", "States.ExceedToleratedFailureThreshold"}
# Our words around values; shorter ones would be found in too many texts.
LEAST_LETTERS = 7
# Composed of texts that other sections have.
COMPOSED = {
    "Source server …: …": "an error, with its source server",
    "… … is ….": "a permission, with what denies it",
}


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "troubleshooting.md").read_text()


@pytest.fixture(scope="module")
def machine(root):
    return (root / "statemachines" / "finalize_wave.asl.yaml").read_text()


def entries(page, header):
    """Return what is in backquotes in the first column of each table whose first header is *header*."""
    tables = re.findall(rf"^\| {header} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", page, flags=re.MULTILINE)
    rows = chain(*(table.splitlines() for table in tables))
    return [span for row in rows for span in re.findall(r"`([^`]+)`", re.split(r"(?<!\\) \|", row)[0])]


def is_about(pattern, text):
    """Whether the words of *pattern* are in *text*, in their order."""
    words = pattern.strip(f"{VALUE} ").split(VALUE)
    return re.search(".*?".join(map(re.escape, words)), text, re.DOTALL) is not None


def allowed_in(machine):
    """Return the sentences with which the state machine refuses a request, as templates."""
    (cause,) = re.findall(r"Cause: \|-\n(.*?)%\}", machine, flags=re.DOTALL)
    sentences = [
        VALUE.join(re.findall(r"'([^']*)'", branch.partition("?")[2])) for branch in re.split(r"\n +: ", cause)
    ]
    return [sentence for sentence in sentences if "; allowed: " in sentence]


@pytest.fixture(scope="module")
def known(machine, template):
    """Return every text that a user can see."""
    rules = template["Rules"].values()
    refused = {each["AssertDescription"] for rule in rules for each in rule["Assertions"]}
    causes = set(re.findall(r"Cause: ([A-Z][^\n]+)", machine))
    denials = re.findall(r'"((?:denied|not allowed) by [^"]+)"', (PACKAGE / "cutover/preflight/writes.py").read_text())
    permissions = {f"{VALUE} is {denial}." for denial in denials}
    return {text.words for text in texts()} | permissions | refused | causes | set(allowed_in(machine))


def test_every_text_leads_to_an_entry(page, known):
    patterns = entries(page, "text")

    lost = {text for text in known - COMPOSED.keys() if not any(is_about(pattern, text) for pattern in patterns)}
    assert lost == set()


def test_every_entry_is_about_a_text_that_exists(page, known):
    assert [pattern for pattern in entries(page, "text") if not any(is_about(pattern, text) for text in known)] == []


def test_an_entry_has_enough_words_to_find_it(page):
    letters = {each: len(re.findall(r"[a-z]", each, flags=re.IGNORECASE)) for each in entries(page, "text")}

    assert {each for each, count in letters.items() if count < LEAST_LETTERS} == {"limit … s"}


def test_every_text_is_read_from_the_code():
    # Some of each kind; what cannot be read raises an error.
    found = {text.words for text in texts()}

    assert found > {
        "Nothing was finalized: the parent stack status is ….",
        "MGN does not list source server ….",
        "Bucket … has no Object Lock.",
        "The cutover job log contains …, which does not block.",
        "It was not archived: …",
        "Sweep ran out of time",
        "EC2 still has …",
        "Request through SNS or SQS",
    }
    assert len(found) > 200


def own_codes():
    """Return the error codes that the function itself gives."""
    sources = "\n".join(path.read_text() for path in trees())
    return set(re.findall(r'code="(\w+)"', sources)) | {"NotFinalized", "NO_STATUS"}


def errors_of_waves(machine):
    names = set(re.findall(r"\b(?:Lambda|Runtime|S3|Sandbox|States)\.\w+\b", machine)) - {"States.ALL"}
    return names | OF_WAVES


def alarms_and_queues(template):
    kinds = {"AWS::CloudWatch::Alarm", "AWS::SQS::Queue"}
    return {name for name, resource in template["Resources"].items() if resource["Type"] in kinds}


def test_every_name_leads_to_an_entry_and_every_entry_has_a_name_that_exists(page, machine, template):
    errors = error_classes().keys() - INTERNAL
    outcomes = {each.value for kind in (Outcome, FleetOutcome, AuditOutcome) for each in kind} - GOOD

    expected = errors | outcomes | own_codes() | ERRORS.keys() | HINTS.keys() | errors_of_waves(machine)
    assert set(entries(page, "name")) == expected | alarms_and_queues(template)


def checks(page):
    """Return the names in the second column of each table that has one for checks."""
    tables = re.findall(r"^\| text \| check \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", page, flags=re.MULTILINE)
    rows = chain(*(table.splitlines() for table in tables))
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[1])}


def test_every_check_is_named_and_every_named_check_exists(page):
    rules = {*RULES, *(rule.name for rule in OPTIONAL), "group", "application"}
    without_texts = set(re.findall(r"`([a-z-]+)`", page.partition("`approval-tag` says")[2].partition("## ")[0]))
    audited = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', (PACKAGE / "cutover/audit/checks.py").read_text()))

    preflight = {check.value for check in CheckName}
    assert checks(page) | without_texts | {"approval-tag"} == rules | preflight | audited
