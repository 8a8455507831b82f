"""The scanners in `make lint`: what they scan, and that every suppressed finding has a reason."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from samtranslator.yaml_helper import yaml_parse

# Code with a vulnerability: a shell command that contains input.
BAD_CODE = "import os, sys\n\nos.system('rm ' + sys.argv[1])\n"
# {serverless rule: template change that violates it}
BAD_RESOURCES = {
    "WS1000": {"Type": "AWS::Lambda::Function", "Properties": {"TracingConfig": {"Mode": "PassThrough"}}},
    "WS1004": {"Type": "AWS::Lambda::Function", "Properties": {}},
    "ES6000": {"Type": "AWS::SQS::Queue", "Properties": {}},
}


@pytest.fixture(scope="module")
def linted(root):
    """Return the commands of `make lint`, one per line."""
    make = ["make", "--dry-run", "--always-make", "--directory", str(root), "lint"]
    return subprocess.run(make, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.fixture
def checkov(root):
    return yaml.safe_load((root / ".checkov.yaml").read_text())


@pytest.fixture
def bandit(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["tool"]["bandit"]


def arguments(program, linted):
    """Return the arguments of *program*."""
    [words] = [line.split() for line in linted if line.split()[0].endswith(f"bin/{program}")]
    return words[1:]


def scan(root, *paths):
    """Return the exit code and the output of bandit, as `make lint` runs it."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--configfile", str(root / "pyproject.toml"), "--recursive"]
    answer = subprocess.run([*command, *map(str, paths)], check=False, capture_output=True, text=True)
    return answer.returncode, answer.stdout + answer.stderr


def suppressed(template):
    """Return ``{(resource, check): reason}`` of the checkov findings that are suppressed for *template*."""
    resources = template["Resources"].items()
    skips = {name: one.get("Metadata", {}).get("checkov", {}).get("skip", []) for name, one in resources}
    return {(name, skip["id"]): skip.get("comment") for name, of_one in skips.items() for skip in of_one}


def test_every_program_that_runs_somewhere_is_scanned(root, linted):
    packages = {path.parent.relative_to(root).parts[0] for path in root.glob("[a-z]*/**/*.py")} - {"tests"}
    scanned = {word for word in arguments("bandit", linted) if (root / word).is_dir()}

    assert scanned == packages


def test_every_template_is_checked_against_the_serverless_rules(linted):
    assert arguments("cfn-lint", linted) == ["--append-rules", "cfn_lint_serverless.rules"]


def test_checkov_runs_as_its_file_says(linted, checkov):
    assert arguments("checkov", linted) == []
    assert checkov["directory"] == ["."]
    assert set(checkov["framework"]) == {"cloudformation", "secrets", "terraform"}


def test_checkov_asks_and_tells_nobody(root, checkov):
    assert checkov["skip-download"] is checkov["skip-results-upload"] is True
    assert "\nexport CKV_SKIP_PACKAGE_UPDATE_CHECK := true\n" in (root / "Makefile").read_text()


def test_no_rule_of_checkov_is_left_out_everywhere(checkov):
    assert checkov.keys().isdisjoint({"skip-check", "skip-framework", "soft-fail", "soft-fail-on", "baseline"})


def test_every_path_that_checkov_leaves_out_has_a_reason(root, checkov):
    lines = (root / ".checkov.yaml").read_text().splitlines()
    reasons = {
        path: [line for line in lines if re.fullmatch(rf"  - {re.escape(path)} # \w.+", line)]
        for path in checkov["skip-path"]
    }

    assert [path for path, found in reasons.items() if len(found) != 1] == []


def test_every_finding_of_checkov_that_is_suppressed_has_a_reason(root):
    templates = [yaml_parse(path.read_text()) for path in [root / "template.yaml", *root.glob("examples/**/*.yaml")]]
    reasons = {key: why for template in templates for key, why in suppressed(template).items()}

    assert ("FinalizeCutover", "CKV_AWS_117") in reasons
    assert [key for key, why in reasons.items() if len((why or "").split()) < 5] == []


def test_every_finding_in_terraform_that_is_suppressed_has_a_reason(root):
    lines = [line for path in root.glob("examples/**/*.tf") for line in path.read_text().splitlines()]
    reasons = [line.partition("checkov:skip=")[2].partition(":")[2] for line in lines if "checkov:skip=" in line]

    assert reasons != []
    assert [reason for reason in reasons if len(reason.split()) < 5] == []


def test_every_rule_of_cfn_lint_that_is_left_out_has_a_reason_beside_it(source):
    lines = [line for line in source.splitlines() if "ignore_checks" in line]

    assert lines != []
    assert [line for line in lines if not re.fullmatch(r" +ignore_checks: \[[EIW]S?\d{4}\] # \w.+", line)] == []


def test_every_rule_of_bandit_that_is_left_out_has_a_reason_beside_it(root, bandit):
    text = (root / "pyproject.toml").read_text()

    assert [
        one for one in [*bandit["skips"]] if not re.search(rf'^    "{one}", # \w.+$', text, flags=re.MULTILINE)
    ] == []
    assert re.search(r"^exclude_dirs = \[.+\] # \w.+$", text, flags=re.MULTILINE)


def test_every_line_that_bandit_passes_over_names_the_rule_and_the_reason(root):
    lines = [
        line
        for path in root.glob("[a-z]*/**/*.py")
        if path.parent.relative_to(root).parts[0] != "tests"
        for line in path.read_text().splitlines()
        if "nosec" in line
    ]

    assert lines != []
    assert [line for line in lines if not re.search(r"# nosec B\d{3} # \w.+$", line)] == []


def test_bandit_stops_at_what_nobody_would_want_shipped(root, tmp_path):
    (tmp_path / "bad.py").write_text(BAD_CODE)

    code, said = scan(root, tmp_path)

    assert code == 1
    assert "B605" in said


def test_the_serverless_rules_find_what_they_are_about():
    template = yaml.safe_dump({"Resources": BAD_RESOURCES})

    matches = lint(template, config=ManualArgs(regions=["eu-west-1"], append_rules=["cfn_lint_serverless.rules"]))

    assert BAD_RESOURCES.keys() <= {match.rule.id for match in matches if match.path[1] == match.rule.id}
