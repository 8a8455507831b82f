"""What the repository asks of its host: CI, updates, forms and hooks."""

import re
import tomllib

import pytest
import yaml


@pytest.fixture
def workflow(root):
    # YAML 1.1 takes the key `on` for a boolean.
    return yaml.load((root / ".github" / "workflows" / "ci.yml").read_text(), yaml.BaseLoader)


@pytest.fixture
def job(workflow):
    [job] = workflow["jobs"].values()
    return job


@pytest.fixture
def hooks(root):
    [local] = yaml.safe_load((root / ".pre-commit-config.yaml").read_text())["repos"]
    assert local["repo"] == "local"
    return local["hooks"]


@pytest.fixture
def lambdas_python(template):
    runtime = template["Globals"]["Function"]["Runtime"]
    return runtime.removeprefix("python")


def test_ci_runs_for_every_push_and_pull_request(workflow):
    assert workflow["on"].keys() == {"push", "pull_request"}


def test_ci_runs_what_a_developer_runs(job):
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]


def test_ci_may_only_read_and_ends(workflow, job):
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert 0 < int(job["timeout-minutes"]) <= 120


def test_ci_runs_on_the_oldest_python_and_on_lambdas(root, job, lambdas_python):
    oldest = tomllib.loads((root / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")

    assert job["strategy"]["matrix"]["python"] == [oldest, lambdas_python]


def test_ci_always_has_lambdas_python_and_uses_the_other(job, lambdas_python):
    [installed] = [step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", "")]

    assert installed.split("\n")[:2] == [lambdas_python, "${{ matrix.python }}"]


def test_actions_are_pinned_by_their_major_version(job):
    used = [step["uses"] for step in job["steps"] if "uses" in step]

    assert used != []
    assert [action for action in used if not re.fullmatch(r"actions/[\w-]+@v\d+", action)] == []


def test_dependencies_and_actions_are_updated_weekly(root):
    updates = yaml.safe_load((root / ".github" / "dependabot.yml").read_text())["updates"]

    assert {one["package-ecosystem"]: one["schedule"]["interval"] for one in updates} == {
        "uv": "weekly",
        "npm": "weekly",
        "github-actions": "weekly",
    }


@pytest.mark.parametrize("name", ["bug_report", "feature_request"])
def test_a_form_asks_for_the_report_and_warns_of_the_response_url(root, name):
    form = yaml.safe_load((root / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text())

    labels = [part["attributes"].get("label") for part in form["body"]]
    assert "Report JSON" in labels
    assert "**Never paste a `ResponseURL`" in form["body"][0]["attributes"]["value"]


def test_hooks_use_the_versions_of_the_lock(hooks):
    assert [hook["id"] for hook in hooks] == ["ruff", "ruff-format", "mypy", "cfn-lint"]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert [hook["entry"] for hook in hooks if not hook["entry"].startswith(".venv/bin/")] == []


def test_hooks_check_what_make_lint_checks(root, hooks):
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", (root / "Makefile").read_text(), re.MULTILINE)[1]
    commands = [line.strip().removesuffix(" .") for line in lint.splitlines()]

    assert [hook["entry"] for hook in hooks if hook["entry"].removesuffix(" --force-exclude") not in commands] == []
