"""The kit for a real account: what its documents promise."""

import re

import pytest

from tests.account import dry_run, run, walk
from tests.account.deployment import ROOT, Deployment
from tests.account.errors import AccountTestError
from tests.account.questions import Question
from tests.account.report import AccountTestReport
from tests.account.request import OUTPUT, WAIT_MINUTES, Request
from tests.account.stack import TAG


def test_the_table_of_open_questions_has_the_ids_of_the_kit_in_its_order(root):
    page = (root / "docs" / "reliability.md").read_text().partition("\n## Open questions\n")[2]
    rows = [row for row in page.splitlines() if row.startswith("| ")][1:]

    ids = [re.match(r"\| `([a-z-]+)` \| ", row)[1] for row in rows]

    assert ids == [question.value for question in Question]


def test_the_documented_variables_are_those_that_are_read(root):
    page = (root / "docs" / "account-test.md").read_text()
    source = (root / "tests" / "account" / "request.py").read_text()

    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| (\S+) \|", page, re.MULTILINE))

    assert documented.keys() == set(re.findall(r'value\("([A-Z_]+)"', source))
    assert (documented["OUTPUT"], documented["WAIT_MINUTES"]) == (f"`{OUTPUT}`", f"`{WAIT_MINUTES}`")
    assert {name for name, default in documented.items() if default == "required"} == {"STACK", "REGION"}


def test_the_documented_fields_are_those_of_the_file(root):
    page = (root / "docs" / "account-test.md").read_text().partition("## The file\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE)

    documented = [name for row in rows for name in re.findall(r"`(\w+)`", row)]

    assert ["schemaVersion", *documented] == list(AccountTestReport.__struct_encode_fields__)


def test_the_documented_exit_codes_are_those_of_the_run(root):
    page = (root / "docs" / "account-test.md").read_text().partition("## Exit codes\n")[2].partition("\n## ")[0]

    assert list(map(int, re.findall(r"^\| (\d+) \|", page, re.MULTILINE))) == [
        *(run.FINISHED, run.UNEXPECTED, run.REFUSED, run.INTERRUPTED)
    ]


def test_the_documented_limits_are_those_of_the_walk(root):
    page = (root / "docs" / "account-test.md").read_text()

    assert f"at most {walk.MOST_SERVERS} source servers" in page
    assert f"{walk.MOST_LOGS} logs" in page
    assert f"configuration of {walk.MOST_CONFIGURED} source servers" in page
    assert f"a `check` of at most {dry_run.MOST_CHECKED} source servers" in page
    assert f"`{TAG[0]}` = `{TAG[1]}`" in page


def test_a_deployment_cannot_finalize_and_each_has_a_tag_of_its_own(template):
    first, second = [deployment() for _ in range(2)]

    parameters = first.parameters(enforces_tag=True)

    assert parameters.keys() <= template["Parameters"].keys()
    assert (parameters["FinalizeOnLaunch"], parameters["EnforceApprovalTag"]) == ("DISABLED", "true")
    assert parameters["ApprovalTagKey"] != second.parameters(enforces_tag=True)["ApprovalTagKey"]
    for name, value in parameters.items():
        allowed = template["Parameters"][name]
        assert re.fullmatch(allowed.get("AllowedPattern", ".*"), value)
        assert value in [str(one) for one in allowed.get("AllowedValues", [value])]


@pytest.mark.parametrize("name", ["FINALIZE_ON_LAUNCH", "APPROVAL_TAG_KEY", "APPROVAL_TAG_VALUE"])
def test_a_function_with_other_parameters_is_not_invoked(name):
    made = deployment()
    variables = {
        "FINALIZE_ON_LAUNCH": "DISABLED",
        "APPROVAL_TAG_KEY": made.tag[0],
        "APPROVAL_TAG_VALUE": made.tag[1],
        "LOG_LEVEL": "INFO",
    }

    made.demand_harmless(variables)
    with pytest.raises(AccountTestError, match="does not have the parameters of this run"):
        made.demand_harmless(variables | {name: "ENABLED"})


def test_sam_reads_no_configuration_of_the_project():
    commands = []
    made = deployment(run_program=lambda command: commands.append([str(part) for part in command]) or 0)

    made.deploy()

    [command] = commands
    config = command[command.index("--config-file") + 1]
    assert not config.startswith(str(ROOT))
    assert {"--resolve-s3", "--no-confirm-changeset"} <= set(command)
    assert "--guided" not in command
    assert "--save-params" not in command


def deployment(**parts):
    return Deployment(request=Request(stack="test", region="eu-west-1"), **{"run_program": None, **parts})
