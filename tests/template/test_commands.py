"""The inputs of the commands: samconfig.toml, the Makefile and the events."""

import json
import re
import shutil
import subprocess
import tomllib

import pytest


@pytest.fixture
def samconfig(root):
    return tomllib.loads((root / "samconfig.toml").read_text())


@pytest.fixture
def makefile(root):
    return (root / "Makefile").read_text()


def targets(makefile):
    return re.findall(r"^([a-z][a-z0-9-]*):", makefile, flags=re.MULTILINE)


def test_deploying_acknowledges_what_the_template_needs_and_no_more(samconfig, transformed):
    roles = [r["Properties"] for r in transformed["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
    needed = "CAPABILITY_NAMED_IAM" if any("RoleName" in role for role in roles) else "CAPABILITY_IAM"

    assert samconfig["default"]["deploy"]["parameters"]["capabilities"] == needed


def test_the_application_has_one_name_wherever_its_stack_is_named(root, samconfig):
    name = samconfig["default"]["global"]["parameters"]["stack_name"]
    pages = [root / "README.md", *root.glob("docs/*.md"), *root.glob("examples/*.yaml")]
    pages.remove(root / "docs" / "account-test.md")  # its stack is deleted again, and must not be the application's
    text = "\n".join(page.read_text() for page in pages)
    asking = [
        page for page in pages if "Type: Custom::FinalizedCutover\n" in page.read_text() and page.suffix == ".yaml"
    ]

    named = re.findall(r"--stack-name ([\w-]+)|\bSTACK=([\w-]+)|ImportValue ([\w-]+)-ServiceToken", text)
    defaults = re.findall(r"^  ApplicationStack:\n(?:    .*\n)*?    Default: (\S+)$", text, flags=re.MULTILINE)

    assert {"".join(one) for one in named} == {name}
    assert defaults == [name] * len(asking)


def test_deploying_shows_the_changes_first(samconfig):
    assert samconfig["default"]["deploy"]["parameters"]["confirm_changeset"] is True


def test_no_default_names_a_region_or_an_account(samconfig):
    names = [name for command in samconfig["default"].values() for name in command["parameters"]]

    assert {"region", "profile", "s3_bucket", "role_arn"} & set(names) == set()


def test_every_target_is_phony(makefile):
    phony = re.findall(r"^\.PHONY: (\S+)$", makefile, flags=re.MULTILINE)

    assert targets(makefile) == phony


def test_every_target_is_described_unless_only_another_target_makes_it(makefile):
    described = re.findall(r"^([a-z][a-z0-9-]*):.* ## \S", makefile, flags=re.MULTILINE)
    made = {name for names in re.findall(r"\$\(MAKE\) (.*)", makefile) for name in names.split()}

    assert set(targets(makefile)) - set(described) <= made


def test_every_target_that_a_page_names_exists(root, makefile):
    pages = [*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob(".github/**/*.md")]
    named = {
        name for page in pages for name in re.findall(r"(?:^\s*|`)make ([a-z][\w-]*)", page.read_text(), re.MULTILINE)
    }

    assert {"demo", "build", "check", "lock"} <= named
    assert named - set(targets(makefile)) == set()


def test_every_test_that_contributing_runs_exists(root):
    page = (root / "CONTRIBUTING.md").read_text()
    named = [one.partition("::") for one in re.findall(r"^\.venv/bin/pytest .*?(tests/\S+)", page, re.MULTILINE)]

    assert len(named) > 3
    assert [path for path, _, _ in named if not (root / path).exists()] == []
    assert [name for path, _, name in named if name and f"def {name}(" not in (root / path).read_text()] == []


def test_ci_calls_targets_that_exist(root, makefile):
    called = re.findall(r"^make (\S+)$", (root / ".ci" / "run").read_text(), flags=re.MULTILINE)

    assert called[:2] == ["check", "demo"]
    assert set(called) <= set(targets(makefile))


def test_every_event_is_a_json_object(root):
    events = {path.name: json.loads(path.read_text()) for path in (root / "events").glob("*.json")}

    assert events != {}
    assert [name for name, event in events.items() if not isinstance(event, dict)] == []


@pytest.mark.parametrize("action", ["finalize", "check"])
def test_a_direct_event_asks_for_one_server(root, action):
    event = json.loads((root / "events" / f"direct_{action}.json").read_text())

    assert event["action"] == action
    assert re.fullmatch("s-[0-9a-z]{17}", event["sourceServerID"])


def test_without_node_the_environment_of_the_cdk_says_what_is_missing(root, tmp_path):
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).touch()
    (tmp_path / "bin").mkdir()
    make = [shutil.which("make"), "--makefile", str(root / "Makefile"), "UV_VERSION=0.0.0"]
    # Only the shell's own commands are found.
    answer = subprocess.run(
        [*make, "--old-file=.tools/uv-0.0.0", ".venv-cdk/.installed"],
        cwd=tmp_path,
        env={"PATH": str(tmp_path / "bin")},
        check=False,
        capture_output=True,
        text=True,
    )

    assert answer.returncode != 0
    assert "The CDK needs Node.js: put node on the PATH.\n" in answer.stderr
    assert "uv sync" not in answer.stdout
