"""`sam local invoke` as documented: the local AWS in one terminal, the function in a container in another."""

import json
import os
import re
import signal
import subprocess

import boto3
import pytest

from local.client import LocalAws
from local.lambda_runtime import ports
from tests.e2e import container_engine
from tests.e2e.conftest import ROOT

pytestmark = pytest.mark.docker

SERVER = "s-0123456789abcdef0"
PORT = 5555
PAGE = (ROOT / "docs" / "local.md").read_text()
CHAPTER = PAGE.split("## Run the function in Lambda's container\n", 1)[1].split("\n## ", 1)[0]
[ONE_TERMINAL] = re.findall(r"^make local-aws .*$", CHAPTER, re.MULTILINE)
CHECK, FINALIZE = re.findall(r"^sam local invoke .*$", CHAPTER, re.MULTILINE)
ANOTHER_TERMINAL = CHECK.replace("events/direct_check.json", "{}")
# A saved request; the response goes to the local AWS instead of S3.
TO_THE_HOST = """sed 's|"https://[^"]*"|"http://host.docker.internal:5555/local-aws/answers"|'"""
WITH_AN_ANSWER = f"{TO_THE_HOST} events/custom_resource_create.json | {ANOTHER_TERMINAL.format('-')}"
ANSWERS = "curl --silent --noproxy '*' http://127.0.0.1:5555/local-aws/answers"
# The image exists; without this option the SAM CLI checks the registry for a newer one.
AS_IT_IS = " --skip-pull-image"


@pytest.fixture(scope="module")
def environment():
    """Return a user's environment: the SAM CLI is on the PATH, and there are no AWS credentials."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"PATH": f"{ROOT / '.venv-sam' / 'bin'}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}


@pytest.fixture(scope="module", autouse=True)
def engine():
    """Skip without a container engine."""
    try:
        container_engine.require_engine()
        container_engine.require_image()
    except container_engine.CannotRunError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def local_aws(environment):
    """The local AWS in the first terminal."""
    assert not ports.is_open(PORT), f"somebody else listens on port {PORT}"
    command = ["bash", "-c", f"exec {ONE_TERMINAL}"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) as terminal:
        ports.wait_until_open(PORT, within_seconds=30)
        yield LocalAws(f"http://127.0.0.1:{PORT}")
        os.killpg(terminal.pid, signal.SIGTERM)  # not SIGINT: background processes ignore it


@pytest.fixture
def typed(local_aws, environment):
    """Run a command in the second terminal; return its standard output and its error output."""

    def typed(command):
        shell = ["bash", "-o", "pipefail", "-c", command]
        ended = subprocess.run(shell, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout), ended.stderr

    return typed


def life_cycle_state():
    mgn = boto3.client("mgn", endpoint_url=f"http://127.0.0.1:{PORT}")
    [server] = mgn.describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"]
    return server["lifeCycle"]["state"]


def test_a_check_says_what_would_be_done_and_does_nothing(typed):
    report, _ = typed(CHECK + AS_IT_IS)

    assert report["outcome"] == "WOULD_FINALIZE"
    assert life_cycle_state() == "CUTTING_OVER"


def test_a_server_is_finalized_on_the_aws_of_the_host(typed):
    report, log = typed(FINALIZE + AS_IT_IS)

    assert report["outcome"] == "FINALIZED"
    assert life_cycle_state() == "CUTOVER"
    assert '"message":"Cutover is finalized"' in log


def test_what_is_not_ready_is_refused_with_the_reason(local_aws, typed):
    local_aws.reset()
    local_aws.add_source_server("old-snapshot", sourceServerID=SERVER)

    report, _ = typed(FINALIZE + AS_IT_IS)

    assert report["outcome"] == "BLOCKED"
    assert life_cycle_state() == "CUTTING_OVER"


def test_a_request_of_cloudformation_is_answered_to_the_host(typed):
    typed(WITH_AN_ANSWER + AS_IT_IS)

    [answer], _ = typed(ANSWERS)
    assert (answer["Status"], answer["Data"]["Outcome"]) == ("SUCCESS", "FINALIZED")
    assert life_cycle_state() == "CUTOVER"
