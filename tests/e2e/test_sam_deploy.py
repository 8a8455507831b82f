"""What `sam deploy` sends to CloudFormation, in the way that docs/operations.md teaches, and in one that it forbids."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e import change_sets
from tests.e2e.change_sets import PREVIOUS

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"
TEMPLATE = (ROOT / "template.yaml").read_text()
# The parameters of the template, and a resource that needs no build.
BARE = "".join(re.findall(r"^Parameters:\n(?:^ .*\n|^\n)*", TEMPLATE, re.MULTILINE)) + (
    "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
)
NAMES = re.findall(r"^  (\w+):$", BARE.partition("Resources:")[0], re.MULTILINE)
MANUAL = (ROOT / "docs" / "operations.md").read_text()
(DOCUMENTED,) = re.findall(r"```toml\n\[default\.deploy\.parameters\]\n(.*?)```", MANUAL, re.DOTALL)
VALUES = dict(re.findall(r'"(\w+)=([^"]+)"', DOCUMENTED))


@pytest.fixture
def deploy(tmp_path):
    """Deploys with our samconfig.toml, extended by text; returns the parameters of the change set."""
    (tmp_path / "template.yaml").write_text(BARE)
    ours = (ROOT / "samconfig.toml").read_text().replace("confirm_changeset = true\n", "confirm_changeset = false\n")

    with change_sets.serving(NAMES) as (url, sent):

        def run(*options, config=""):
            (tmp_path / "samconfig.toml").write_text(
                ours.replace("[default.deploy.parameters]\n", f"[default.deploy.parameters]\n{config}").replace(
                    "resolve_s3 = true\n", 's3_bucket = "bucket"\n'
                )
            )
            environment = {**os.environ, "AWS_ENDPOINT_URL": url, "SAM_CLI_TELEMETRY": "0"}
            command = [SAM, "deploy", *options]
            ended = subprocess.run(
                command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True, timeout=120
            )
            assert ended.returncode == 0, ended.stderr
            return sent[-1]

        yield run


def test_every_deployment_sends_the_values_in_the_file_and_keeps_the_others(deploy):
    first, second = deploy(config=DOCUMENTED), deploy(config=DOCUMENTED)

    assert first == second == {name: VALUES.get(name, PREVIOUS) for name in NAMES}
    assert VALUES["FinalizeOnLaunch"] == "ENABLED"


def test_without_values_in_the_file_every_value_is_kept(deploy):
    assert deploy() == dict.fromkeys(NAMES, PREVIOUS)


def test_the_forbidden_way_puts_automation_on_again(deploy):
    off = deploy("--parameter-overrides", "FinalizeOnLaunch=DISABLED", config=DOCUMENTED)
    upgrade = deploy(config=DOCUMENTED)

    assert (off["FinalizeOnLaunch"], off["EnforceApprovalTag"]) == ("DISABLED", PREVIOUS)
    assert upgrade["FinalizeOnLaunch"] == "ENABLED"
