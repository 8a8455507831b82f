"""Runs the commands in docs/local.md as printed, and compares its lists with the code."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from local.admin import Admin
from local.client import LocalAws
from local.mgn.responses import MGNResponse
from local.scenarios import SCENARIOS
from local.state import State

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "local.md").read_text()
SERVER = "s-0123456789abcdef0"


def chapter(heading):
    """Return the text between *heading* and the next heading of any level."""
    return re.split(r"^##+ ", PAGE.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def block(heading, language):
    """Return the only code block in *language* below *heading*."""
    [text] = re.findall(rf"^```{language}\n(.*?)^```", chapter(heading), re.DOTALL | re.MULTILINE)
    return text


@pytest.fixture(scope="module")
def environment():
    """A user's environment, without the test suite's variables."""
    strange = ("AWS_", "MOTO_", "POWERTOOLS_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(strange)}


@pytest.fixture(scope="module")
def program(environment):
    """Runs the local AWS in a separate process, as `make local-aws` does; returns its URL."""
    command = [sys.executable, "-m", "local", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield re.search(r"http://\S+?(?=,)", process.stdout.readline())[0]
        finally:
            process.terminate()


@pytest.fixture
def url(program):
    """The URL of the program, reset to its state after the start: one ready source server."""
    LocalAws(program).reset()
    LocalAws(program).add_source_server("ready", sourceServerID=SERVER)
    return program


@pytest.fixture
def typed(environment, url):
    """Type a command into a second terminal; return what it prints."""
    connection = {
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "NO_PROXY": "127.0.0.1",
    }

    def typed(command):
        shell = ["bash", "-c", command.replace(".venv/bin/python", sys.executable)]
        run = subprocess.run(
            shell, cwd=ROOT, env=environment | connection, capture_output=True, text=True, timeout=300, check=False
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    return typed


def test_the_page_shows_two_tests_of_a_users_own():
    assert PAGE.count("```python\n") == 2


@pytest.mark.parametrize(
    ("heading", "way"),
    [("In the same process", "with mock_aws():"), ("Over HTTP", "from local.server import start\n")],
)
def test_a_users_own_test_passes_as_it_is_printed(tmp_path, environment, heading, way):
    text = block(heading, "python")
    (tmp_path / "test_own_automation.py").write_text(text)
    command = [sys.executable, "-W", "error", "-m", "pytest", "--quiet", "-p", "no:cacheprovider"]

    run = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert way in text
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{text.count('def test_')} passed" in run.stdout


def test_what_is_deployed_from_another_process_finalizes_a_cutover(typed, url):
    deployments = re.findall(r"^\.venv/bin/python -m local\.deploy .*$", PAGE, re.MULTILINE)

    printed = [typed(f"{command} --endpoint-url {url}") for command in deployments]

    assert [command.split()[3] for command in deployments] == ["template.yaml", *["examples/one-server.yaml"] * 2]
    assert "\nOutcome = FINALIZED\n" in printed[1]


def test_a_preflight_of_what_is_deployed_leaves_only_the_permissions_to_write_open(typed, url):
    [command] = re.findall(r"^\.venv/bin/python -m local\.deploy template\.yaml .*$", PAGE, re.MULTILINE)
    typed(f"{command} --endpoint-url {url}")
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "eu-west-1"}
    function = boto3.client("lambda", endpoint_url=url, **keys)
    [payload] = re.findall(r"--payload '(\{\"action\": \"preflight\"\})'", PAGE)

    [name] = [one["FunctionName"] for one in function.list_functions()["Functions"]]
    report = json.loads(function.invoke(FunctionName=name, Payload=payload)["Payload"].read())

    open_checks = {line["check"]: line["verdict"] for line in report["checks"] if line["verdict"] != "PASS"}
    assert open_checks == dict.fromkeys(["finalize-permission", "archive-permission"], "WARN")


def test_the_handler_runs_in_a_process_of_its_own(typed):
    report = json.loads(typed(block("Call the function without Docker", "sh")))

    assert (report["sourceServerID"], report["outcome"]) == (SERVER, "WOULD_FINALIZE")


def report_in(printed):
    """Return the report, which follows the metrics."""
    return json.loads(re.search(r"^\{\n.*", printed, re.DOTALL | re.MULTILINE)[0])


def test_evidence_that_is_created_as_the_page_says_is_accepted_until_it_changes(typed, url):
    blocks = re.findall(r"^```sh\n(.*?)^```", chapter("Evidence of acceptance"), re.DOTALL | re.MULTILINE)
    send = block("Call the function without Docker", "sh").replace("direct_check", "direct_accepted")
    [server] = boto3.client("mgn", endpoint_url=url).describe_source_servers()["items"]
    instance_id = server["launchedInstance"]["ec2InstanceID"]
    # The environment of the tests has no AWS CLI, so its two commands are replaced.
    shell = f'LOCAL={url}/local-aws\naws() {{ [ "$1" = ec2 ] || echo {instance_id}; }}\n'
    protected = {"InstanceId": instance_id, "DisableApiTermination": {"Value": True}}
    boto3.client("ec2", endpoint_url=url).modify_instance_attribute(**protected)

    create, spoil, validate = [shell + commands for commands in blocks]
    typed(create + spoil)
    refused = report_in(typed(send))
    typed(create)
    accepted = report_in(typed(send))
    typed(validate)

    assert "\naws ec2 modify-instance-attribute --instance-id $INSTANCE --disable-api-termination\n" in create
    assert {f["rule"] for f in refused["readiness"] if f["verdict"] != "PASS"} == {"alarms", "change-calendar"}
    assert accepted["outcome"] == "FINALIZED"


def test_every_scenario_is_on_the_page():
    assert re.findall(r"^\| `([\w-]+)` \|", chapter("Scenarios"), re.MULTILINE) == list(SCENARIOS)


def test_every_operation_of_mgn_is_on_the_page():
    listed = re.search(r"implements these MGN operations.*\n(.*)\n", PAGE)[1]

    known = {name for name in vars(MGNResponse) if not name.startswith("_")}
    assert {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in re.findall(r"`(\w+)`", listed)} == known


def test_every_route_is_on_the_page():
    rows = re.findall(r"^\| (`[A-Z`, ]+) \| `(\S+)` \|", chapter("Control it"), re.MULTILINE)
    listed = {(method, re.sub("/.*", "/", route)) for methods, route in rows for method in re.findall(r"\w+", methods)}

    assert listed == Admin(State())._routes.keys()
