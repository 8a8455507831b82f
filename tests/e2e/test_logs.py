"""The artifact's log on Lambda at DEBUG contains only JSON and no secrets."""

import contextlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from local.cloudformation import stack_status
from local.cloudformation.single_stack import SingleStack
from local.lambda_runtime.environment import RUNTIME
from local.lambda_runtime.environments import Environments
from local.lambda_runtime.outcome import FunctionError
from tests.e2e.conftest import FUNCTION_ARN

SERVER = "s-0123456789abcdef0"
TAG_VALUE = "payroll-of-the-board"
TALKATIVE = {"AWS_LAMBDA_LOG_LEVEL": "DEBUG", "POWERTOOLS_LOG_LEVEL": "DEBUG"}
# One for each handler, and one for none.
EVENTS = [
    {"sourceServerID": SERVER},
    {"action": "check", "sourceServerID": "s-fffffffffffffffff"},
    {"action": "sweep"},
    {"source": "aws.mgn", "detail-type": "MGN Source Server Launch Result", "resources": [], "detail": {}},
    {"ResponseURL": "https://example.com/?X-Amz-Signature=5ca1ab1e", "RequestType": "Create"},
    {"password": "correct-horse"},
]


@pytest.fixture
def function(built, lambda_runtime, variables):
    started = Environments(built, lambda_runtime, variables | TALKATIVE)
    yield started
    started.stop()


@pytest.fixture
def stack(aws, cloudformation, function, deployed):
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"owner": TAG_VALUE})
    deployed(function)
    return SingleStack(cloudformation, FUNCTION_ARN, on_status=stack_status.show)


def lived_through(stack, function):
    """Call every handler, including refusals and failures; return the log."""
    stack.create({"SourceServerID": SERVER})
    stack.update({"SourceServerID": "of-no-shape"})
    stack.delete()
    for event in EVENTS:
        with contextlib.suppress(FunctionError):
            function(event)
    return function.log_lines()


def signatures(stack):
    queries = [parse_qs(urlsplit(exchange.document["ResponseURL"]).query) for exchange in stack.exchanges]
    return [value for query in queries for name in ("X-Amz-Signature", "X-Amz-Credential") for value in query[name]]


def test_every_line_is_a_json_object(stack, function):
    records = [json.loads(line) for line in lived_through(stack, function)]

    assert len(records) > len(EVENTS)
    assert all(isinstance(record, dict) for record in records)


def test_no_line_holds_a_signature_a_tag_a_credential_or_an_event(stack, function):
    text = "\n".join(lived_through(stack, function))

    secrets = [*signatures(stack), "5ca1ab1e", TAG_VALUE, "correct-horse", RUNTIME["AWS_SECRET_ACCESS_KEY"]]
    assert len(secrets) > 10
    assert [secret for secret in secrets if secret in text] == []


def test_what_became_of_a_server_is_one_line_with_its_id_and_the_reason(stack, function):
    records = [json.loads(line) for line in lived_through(stack, function)]

    finalized = [record for record in records if record.get("outcome") == "FINALIZED" and record["changed"]]
    assert [record["source_server_id"] for record in finalized] == [SERVER]
    assert finalized[0]["message"] == "Cutover is finalized"


def test_metrics_are_written_in_the_embedded_format(stack, function):
    records = [json.loads(line) for line in lived_through(stack, function)]

    namespaces = {
        metric["Namespace"] for record in records if "_aws" in record for metric in record["_aws"]["CloudWatchMetrics"]
    }
    assert namespaces == {"FinalizeCutover"}
