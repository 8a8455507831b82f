"""examples/validator: a customer's function that asks health endpoints, alone and as the function's validator."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from samtranslator.yaml_helper import yaml_parse

from examples.validator import validator
from finalize_cutover.aws.acceptance.validator import SERVERS_PER_CALL
from finalize_cutover.cutover.time_budget import READING
from local.lambda_runtime import functions
from tests.integration.caller import Caller

ROOT = Path(__file__).parents[2]
TEMPLATE = yaml_parse((ROOT / "examples/validator/template.yaml").read_text())
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:validate"
RESPONSE = Draft202012Validator(json.loads((ROOT / "schemas/validator-response.schema.json").read_text()))
REQUEST = Draft202012Validator(json.loads((ROOT / "schemas/validator-request.schema.json").read_text()))
SLOW = 30  # s


class Health(BaseHTTPRequestHandler):
    """``/200/web-1`` answers 200; ``/slow/web-1`` answers only at the end of the test."""

    over = threading.Event()

    def do_GET(self):
        status = self.path.split("/")[1]
        if status == "slow" or self.path.endswith("/slow"):
            self.over.wait(SLOW)
            status = "200"
        self.send_response(int(status))
        self.send_header("Location", "/200/web-1")
        self.end_headers()

    def log_message(self, *_arguments):
        """Print nothing."""


@pytest.fixture(scope="module")
def endpoint():
    """The address of the health endpoints."""
    Health.over.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        Health.over.set()
        server.shutdown()


@pytest.fixture
def answer(endpoint, monkeypatch):
    """Asks the example about source servers with these host names; returns its answers by host name."""

    def answer(*hostnames, status="200"):
        monkeypatch.setenv("HEALTH_URL", f"{endpoint}/{status}/{{hostname}}")
        ids = {hostname: f"s-{number:017d}" for number, hostname in enumerate(hostnames)}
        servers = [asked(server_id, hostname) for hostname, server_id in ids.items()]
        event = {"schemaVersion": "1.0", "servers": servers}
        REQUEST.validate(event)
        answers = validator.lambda_handler(event, None)
        RESPONSE.validate(json.loads(json.dumps(answers)))
        return {hostname: answers[server_id] for hostname, server_id in ids.items()}

    return answer


def asked(server_id, hostname):
    return {
        "sourceServerID": server_id,
        "hostname": hostname,
        "accountID": "111122223333",
        "region": "eu-west-1",
        "launchedInstanceID": "i-0123456789abcdef0",
        "cutoverJobID": "mgnjob-0123456789abcdef0",
        "cutoverLaunchedAt": "2026-11-23T09:15:00Z",
    }


@pytest.mark.parametrize(
    ("status", "verdict"), [("200", "PASS"), ("204", "BLOCK"), ("302", "BLOCK"), ("404", "BLOCK"), ("503", "WAIT")]
)
def test_the_status_of_the_health_endpoint_decides(answer, status, verdict):
    [found] = answer("web-1", status=status).values()

    assert (found["verdict"], found["reason"].endswith(f"/{status}/web-1 answers {status}")) == (verdict, True)


def test_it_answers_a_preflight_which_asks_about_no_source_server(answer):
    assert answer() == {}


def test_one_slow_server_waits_and_the_others_pass_in_time(answer, monkeypatch):
    monkeypatch.setattr(validator, "ANSWER_WITHIN", 0.5)
    began = time.monotonic()

    found = answer("web-1", "slow", "web-2")

    assert time.monotonic() - began < 3
    assert {hostname: each["verdict"] for hostname, each in found.items()} == {
        "web-1": "PASS",
        "slow": "WAIT",
        "web-2": "PASS",
    }


def test_a_server_that_accepts_no_connection_waits(monkeypatch):
    monkeypatch.setenv("HEALTH_URL", "http://127.0.0.1:1/{hostname}")

    assert validator.validate(asked("s-0123456789abcdef0", "web-1")) == {
        "verdict": "WAIT",
        "reason": "http://127.0.0.1:1/web-1 does not answer (ConnectionRefusedError)",
    }


@pytest.mark.parametrize("hostname", [None, "", "web-1/..", "web 1", "a@b", "web-1\n", "-", "web-1?x"])
def test_a_host_name_that_could_change_the_url_is_not_asked(monkeypatch, hostname):
    monkeypatch.delenv("HEALTH_URL", raising=False)

    assert validator.validate(asked("s-0123456789abcdef0", hostname))["verdict"] == "BLOCK"


def test_a_server_that_cannot_be_validated_blocks_only_itself(answer, monkeypatch):
    good = validator.validate
    monkeypatch.setattr(validator, "validate", lambda server: good(server) if server["hostname"] != "odd" else 1 / 0)

    found = answer("odd", "web-1")

    assert {hostname: each["verdict"] for hostname, each in found.items()} == {"odd": "BLOCK", "web-1": "PASS"}


def test_it_answers_before_the_readiness_check_stops_to_wait():
    timeout = TEMPLATE["Resources"]["Validator"]["Properties"]["Timeout"]

    assert validator.ENDPOINT_TIMEOUT < validator.ANSWER_WITHIN < READING.total_seconds() < timeout
    assert validator.MOST_SERVERS == SERVERS_PER_CALL


def test_its_template_names_its_handler():
    handler = TEMPLATE["Resources"]["Validator"]["Properties"]["Handler"]

    assert handler == f"validator.{validator.lambda_handler.__name__}"


@pytest.fixture
def deployed(aws, client, monkeypatch):
    """The example as a Lambda function of the local AWS, which runs it in this process."""
    monkeypatch.setenv("VALIDATOR_FUNCTION_ARN", ARN)
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    role = client("iam").create_role(RoleName="validate", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    function = {"FunctionName": "validate", "Handler": "validator.lambda_handler", "Runtime": "python3.13"}
    client("lambda").create_function(**function, Role=role, Code={"ZipFile": b"code"})
    functions.register("validate", lambda event, _timeout: validator.lambda_handler(event, None))
    yield
    functions.forget("validate")


@pytest.mark.parametrize(
    ("hostname", "outcome", "reason"),
    [
        ("web-1", "FINALIZED", "the validator function says PASS: http://"),
        ("web 1", "BLOCKED", "the validator function says BLOCK: MGN knows no usable host name of it"),
    ],
)
def test_the_function_finalizes_only_what_it_passes(aws, endpoint, deployed, monkeypatch, hostname, outcome, reason):
    monkeypatch.setenv("HEALTH_URL", f"{endpoint}/200/{{hostname}}")
    server = aws.add_source_server("ready", hostname=hostname)

    report = Caller(aws).ask(server["sourceServerID"], require=["validator"])

    [found] = [finding for finding in report["readiness"] if finding["rule"] == "validator"]
    assert (report["outcome"], found["reason"].startswith(reason)) == (outcome, True)
