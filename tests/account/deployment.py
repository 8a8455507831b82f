"""Builds and deploys the application with SAM, in a way that cannot finalize by itself."""

import os
import secrets
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.account.errors import AccountTestError
from tests.account.request import Request
from tests.account.stack import TAG

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"
TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"
PREFIX = "finalize-mgn-cutover-account-test"
MANAGED_STACK = "aws-sam-cli-managed-default"  # of SAM, with the bucket for artifacts
LONGEST_END = 30  # s, from the request to end until it is enforced

RunProgram = Callable[[Sequence[str | Path]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """
    The deployment of one run.

    No source server carries the approval tag of the run, so automation can finalize none; IAM denies the rest.

    Attributes:
        tag: Key and value of the approval tag, which exist for this run only.

        prefix: Prefix of the uploaded artifacts in SAM's bucket.
    """

    request: Request
    run_program: RunProgram
    tag: tuple[str, str] = field(default_factory=lambda: (f"AccountTest-{secrets.token_hex(8)}", secrets.token_hex(8)))
    prefix: str = field(default_factory=lambda: f"{PREFIX}/{secrets.token_hex(8)}")

    def build(self) -> None:
        """Build the application; raise AccountTestError if that fails."""
        if not self.request.is_built:
            self._run(["make", "--directory", ROOT, "build", f"ARCH={self.request.architecture}"], "BuildFailed")

    def deploy(self, *, enforces_tag: bool = True) -> None:
        """
        Deploy the stack; samconfig.toml is neither read nor written.

        Args:
            enforces_tag: Whether IAM denies the finalization of source servers without the tag of the run.

        Raises:
            AccountTestError: SAM failed.
        """
        with TemporaryDirectory() as folder:
            config = Path(folder) / "samconfig.toml"
            config.write_text("version = 0.1\n")
            self._run(self._command(config, self.parameters(enforces_tag=enforces_tag)), "DeployFailed")

    def parameters(self, *, enforces_tag: bool) -> dict[str, str]:
        """Return the parameters of the stack that differ from their defaults, or must not."""
        key, value = self.tag
        return {
            "FinalizeOnLaunch": "DISABLED",
            "ApprovalTagKey": key,
            "ApprovalTagValue": value,
            "EnforceApprovalTag": str(enforces_tag).lower(),
            "LogRetentionDays": "30",
        }

    def demand_harmless(self, variables: Mapping[str, str]) -> None:
        """Raise AccountTestError unless the environment *variables* of the function are those of this deployment."""
        key, value = self.tag
        wanted = {"FINALIZE_ON_LAUNCH": "DISABLED", "APPROVAL_TAG_KEY": key, "APPROVAL_TAG_VALUE": value}
        if not wanted.items() <= variables.items():
            raise AccountTestError("The deployed function does not have the parameters of this run.", "OtherParameters")

    def _command(self, config: Path, parameters: Mapping[str, str]) -> list[str | Path]:
        return [
            *(SAM, "deploy", "--config-file", config, "--template-file", TEMPLATE),
            *("--stack-name", self.request.stack, "--region", self.request.region, "--capabilities", "CAPABILITY_IAM"),
            *("--resolve-s3", "--s3-prefix", self.prefix, "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
            *("--no-progressbar", "--tags", "=".join(TAG), "--parameter-overrides"),
            *(f"{name}={text}" for name, text in parameters.items()),
        ]

    def _run(self, command: Sequence[str | Path], code: str) -> None:
        if exit_code := self.run_program(command):
            raise AccountTestError(f"{Path(command[0]).name} {command[1]} ended with exit code {exit_code}.", code)


def run_program(command: Sequence[str | Path]) -> int:
    """
    Run *command* and return its exit code; an interruption ends it before it is raised.

    It has a process group of its own: Ctrl-C reaches this program only, which then decides what ends.
    """
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    environment.pop("MAKEFLAGS", None)
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            return process.wait()
        except BaseException:
            _end(process)
            raise


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(LONGEST_END)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
