"""examples/terraform: its resources, read as Terraform reads them, and its request, sent to the function."""

import json
from pathlib import Path

import hcl2
import pytest

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.direct import read_request
from local.cloudformation import template_text
from tests.integration.caller import Caller

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "terraform"
SERVER = "s-0123456789abcdef0"
AS_WRITTEN = hcl2.SerializationOptions(with_comments=False, explicit_blocks=False, strip_string_quotes=True)
# CloudFormation accepts a longer template only by its URL.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
LONGEST_BODY = 51_200  # bytes


def read(name):
    with (EXAMPLE / f"{name}.tf").open() as file:
        return hcl2.load(file, serialization_options=AS_WRITTEN)


@pytest.fixture(scope="module")
def main():
    return read("main")


@pytest.fixture
def resources(main):
    """Return ``{type: attributes}``; there is one resource of each type."""
    return {
        kind: attributes for one in main["resource"] for kind, named in one.items() for attributes in named.values()
    }


@pytest.fixture
def request_(main):
    """Return the request that Terraform sends for one source server."""
    [values] = main["locals"]
    return json.loads(json.dumps(values["request"]).replace("${var.source_server_id}", SERVER))


@pytest.fixture(scope="module")
def template():
    return template_text.parse((ROOT / "template.yaml").read_text())


@pytest.fixture
def send(aws, request_):
    """Seeds a source server, and sends the example's request; returns the report as Terraform parses it."""

    def send(scenario):
        aws.add_source_server(scenario, sourceServerID=SERVER)
        return json.loads(json.dumps(Caller(aws).send({**request_, "waitMinutes": 0})))

    return send


def test_the_function_accepts_the_request(request_):
    request = read_request(request_)

    assert (request.action, request.source_server_ids, request.dry_run) == ("finalize", (SERVER,), False)


def test_terraform_sends_the_request_unchanged_and_only_once(resources):
    invocation = resources["aws_lambda_invocation"]

    assert invocation["input"] == "${jsonencode(local.request)}"
    assert invocation["lifecycle_scope"] == "CREATE_ONLY"
    assert invocation.keys() == {"function_name", "lifecycle_scope", "input", "lifecycle"}


@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_a_request_with_what_crud_adds_is_refused(request_, action):
    # What the provider adds for each of its actions, with the default of terraform_key.
    added = {"tf": {"action": action, "prev_input": None if action == "create" else request_}}

    with pytest.raises(InvalidRequestError, match="tf"):
        read_request(request_ | added)


def test_the_application_is_deployed_by_url_with_the_capabilities_that_it_needs(resources, template):
    stack = resources["aws_cloudformation_stack"]

    assert (ROOT / "template.yaml").stat().st_size > LONGEST_BODY
    assert stack["template_url"] == "${var.template_url}"
    assert "Transform" in template
    assert stack["capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


def test_the_function_is_an_output_of_the_application(resources, template):
    expression = resources["aws_lambda_invocation"]["function_name"]

    assert expression == '${aws_cloudformation_stack.finalize_cutover.outputs["FinalizeCutover"]}'
    assert "Ref" in template["Outputs"]["FinalizeCutover"]["Value"]


def test_terraform_continues_only_when_the_cutover_is_finalized(resources, send):
    [lifecycle] = resources["aws_lambda_invocation"]["lifecycle"]
    [condition] = lifecycle["postcondition"]

    report = send("ready")

    assert condition["condition"] == '${jsondecode(self.result).outcome == "FINALIZED"}'
    assert report["outcome"] == "FINALIZED"


def test_a_refusal_has_the_reasons_that_the_error_shows(send):
    report = send("impaired")

    [server] = report["servers"]
    assert report["outcome"] == "BLOCKED"
    assert [finding["rule"] for finding in server["readiness"]] == ["instance-status"]
    assert "impaired" in server["readiness"][0]["reason"]
    assert server["error"] is None


def test_a_failure_has_the_message_that_the_error_shows(aws, request_):
    report = Caller(aws).send({**request_, "waitMinutes": 0})

    [server] = report["servers"]
    assert (report["outcome"], server["readiness"]) == ("NOT_FOUND", [])
    assert server["error"]["message"] == f"MGN does not list source server {SERVER}."


def test_every_output_is_in_the_report(send):
    values = {name: one["value"] for output in read("outputs")["output"] for name, one in output.items()}

    report = send("ready")

    assert values == {
        "outcome": "${local.report.outcome}",
        "launched_instance_id": "${local.report.servers[0].launchedInstanceID}",
    }
    assert report["servers"][0]["launchedInstanceID"].startswith("i-")


def test_what_terraform_stores_contains_no_tags(send):
    assert "sourceServer" not in send("ready")["servers"][0]


def test_every_variable_is_described_and_used(main):
    declared = {name: one for variable in read("variables")["variable"] for name, one in variable.items()}
    text = (EXAMPLE / "main.tf").read_text()

    assert [name for name, one in declared.items() if not one["description"].endswith(".")] == []
    assert [name for name in declared if f"var.{name}" not in text] == []
