"""The command line as its users have it: its wheel in an environment of its own, and a deployed stack."""

import json
import os
import re
import subprocess
import sys

from tests.e2e import local_process
from tests.e2e.cli.pseudo_terminal import PseudoTerminal

TOPIC = "approvals"
TOPIC_ARN = f"arn:aws:sns:eu-west-1:111122223333:{TOPIC}"
ASKING = "finalize-asking"  # the stack whose waves need an approval


def users_environment(**more):
    """Return the environment of a user, without the test suite's variables."""
    strange = ("AWS_", "MGN_FINALIZE_", "MOTO_", "POWERTOOLS_", "PYTEST_", "MAKE", "MFLAGS", "NO_COLOR", "COLUMNS")
    known = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return {**known, **more}


def install(wheel, folder, root):
    """Install *wheel* and what it needs, in the locked versions, into a new environment; return the program's path."""
    uv = root / ".tools" / "bin" / "uv"
    environment = users_environment(
        UV_PROJECT_ENVIRONMENT=str(folder), UV_PYTHON_DOWNLOADS="never", UV_SYSTEM_CERTS="true"
    )
    environment.pop("VIRTUAL_ENV", None)

    def run(*arguments):
        subprocess.run([uv, *arguments], cwd=root, env=environment, check=True, capture_output=True, text=True)

    run("sync", "--quiet", "--frozen", "--only-group", "cli", "--python", sys.executable)
    run("pip", "install", "--quiet", "--no-deps", "--python", str(folder), str(wheel))
    # What the wheel asks for is what is installed.
    run("pip", "check", "--python", str(folder))
    return folder / "bin" / "mgn-finalize"


class Operator:
    """
    A person who uses the installed program against the local AWS.

    Attributes:
        aws: The local AWS, to create source servers in it.
    """

    def __init__(self, program, aws, folder):
        self.aws = aws
        self._program = program
        self._folder = folder
        self.environment = users_environment(
            AWS_ENDPOINT_URL=aws.url,
            AWS_DEFAULT_REGION="eu-west-1",
            AWS_ACCESS_KEY_ID="testing",
            AWS_SECRET_ACCESS_KEY="testing",
            NO_PROXY="127.0.0.1",
            # Nothing of this folder is imported.
            PYTHONSAFEPATH="1",
        )

    def run(self, *arguments, **environment):
        """Run the program without a terminal; return its ended process."""
        return subprocess.run(
            [self._program, *arguments],
            cwd=self._folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def json(self, *arguments, code=0):
        """Run the program with ``--json``; return what it wrote to stdout.  None accepts any exit code."""
        ended = self.run(*arguments, "--json")
        assert code in (None, ended.returncode), ended.stderr
        return json.loads(ended.stdout)

    def on_a_terminal(self, *arguments, **options):
        """Start the program on a terminal."""
        return PseudoTerminal([self._program, *arguments], self.environment, **options)


def serve(root):
    """Start the local AWS as `python -m local` does, in a process of its own; return the process and its URL."""
    process, said = local_process.start(root, users_environment())
    return process, re.search(r"http://\S+?(?=,)", said)[0]


def deploy(root, url, *arguments):
    """Deploy the application to the local AWS, as docs/local.md says."""
    command = [sys.executable, "-m", "local.deploy", "template.yaml", *arguments, "--endpoint-url", url]
    ended = subprocess.run(command, cwd=root, env=users_environment(), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
