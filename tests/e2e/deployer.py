"""A user of the local AWS with only the policies of examples/deploy-policy.yaml, who runs the SAM CLI."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import boto3

from local.client import LocalAws
from local.deploy.stack import Stack

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"
POLICY = ROOT / "examples" / "deploy-policy.yaml"
USER = "deployer"
# A module that Python imports at the start of the SAM CLI.
HURRIED = Path(__file__).parent / "hurried_sam"


class Deployer:
    """
    The user; IAM is enforced from now on.

    Args:
        folder: Where the SAM CLI runs; it must be empty.

        without: An action that is taken out of the policies.

        parameters: Of examples/deploy-policy.yaml.
    """

    def __init__(self, aws: LocalAws, folder: Path, *, without: str = "", **parameters: str) -> None:
        self._aws = aws
        self._folder = folder
        self._iam = boto3.client("iam", endpoint_url=aws.url)
        config = (ROOT / "samconfig.toml").read_text()
        (folder / "samconfig.toml").write_text(config.replace("confirm_changeset = true", "confirm_changeset = false"))
        self._iam.create_user(UserName=USER)
        key = self._iam.create_access_key(UserName=USER)["AccessKey"]
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "AWS_SESSION_TOKEN"},
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_ENDPOINT_URL": aws.url,
            "PYTHONPATH": str(HURRIED),
            "SAM_CLI_TELEMETRY": "0",
        }
        self.allow(without=without, **parameters)

    def allow(self, *, without: str = "", **parameters: str) -> None:
        """Deploy the policies with *parameters*; the user has these from now on, except for the action *without*."""
        self._aws.enforce_iam(enforce=False)
        stack = Stack(self._aws.url, f"finalize-cutover-deployer-{len(parameters)}")
        state = stack.deploy(POLICY, parameters)
        assert state.status == "CREATE_COMPLETE"
        for name, arn in state.outputs.items():
            document = _document(self._iam, arn, without)
            self._iam.put_user_policy(UserName=USER, PolicyName=name, PolicyDocument=document)
        self._aws.enforce_iam()
        self._aws.clear_calls()

    def run(self, *arguments: str | Path) -> None:
        """Run the SAM CLI as this user; fail if it fails."""
        ended = self.sam(*arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def sam(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run the SAM CLI as this user; return how it ended."""
        command = [SAM, *arguments, "--config-file", self._folder / "samconfig.toml"]
        return subprocess.run(
            command,
            cwd=self._folder,
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )


def _document(iam: Any, arn: str, without: str) -> str:
    """Return a managed policy as IAM has it."""
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [action for action in actions if action != without]
    return json.dumps(document)
