"""The requests of the CloudFormation stand-in, and its handling of the responses."""

import re
import threading
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from local.cloudformation import endpoint as endpoints
from local.cloudformation import faults
from local.cloudformation.exchange import INVALID_ID, ProtocolError
from local.cloudformation.requests import Address, ServiceTimeoutError, new_stack_id
from local.cloudformation.service import CloudFormation
from local.eventbridge.queue import EventQueue
from local.lambda_runtime import functions
from tests.local.fake_provider import SERVICE_TOKEN, FakeProvider, put, settle, usual_answer

SERVER = "s-0123456789abcdef0"
ADDRESS = Address(
    stack_id=new_stack_id("web"),
    logical_resource_id="WebServerCutover",
    resource_type="Custom::FinalizedCutover",
    service_token=SERVICE_TOKEN,
)
PROPERTIES = {"SourceServerID": SERVER, "SoakMinutes": 10, "DryRun": True, "Waive": ["soak", 1], "ServiceTimeout": 930}


@pytest.fixture(params=["https", "http"])
def endpoint(request):
    with endpoints.serving(request.param) as endpoint:
        yield endpoint


@pytest.fixture
def provider(endpoint):
    provider = FakeProvider(endpoint.certificate_file)
    functions.register(SERVICE_TOKEN, provider)
    yield provider
    functions.forget(SERVICE_TOKEN)


@pytest.fixture
def cloudformation(endpoint, provider):
    """Sends requests; the endpoint runs until all are handled, because an interrupted sender would leak its socket."""
    cloudformation = CloudFormation(endpoint, queue=EventQueue(retry_delays=(0, 0)), patience=2)
    yield cloudformation
    settle(cloudformation)


def test_a_create_is_a_document_of_strings(cloudformation):
    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)

    document = exchange.document
    assert {name: document[name] for name in document if name not in ("RequestId", "ResponseURL")} == {
        "RequestType": "Create",
        "ServiceToken": SERVICE_TOKEN,
        "StackId": ADDRESS.stack_id,
        "LogicalResourceId": "WebServerCutover",
        "ResourceType": "Custom::FinalizedCutover",
        "ServiceTimeout": "930",
        "ResourceProperties": {
            "ServiceToken": SERVICE_TOKEN,
            "SourceServerID": SERVER,
            "SoakMinutes": "10",
            "DryRun": "true",
            "Waive": ["soak", "1"],
        },
    }
    assert exchange.only_answer().physical_resource_id == SERVER


def test_an_update_carries_the_old_properties_and_its_timeout_among_them(endpoint, provider):
    cloudformation = CloudFormation(endpoint, service_timeout_in="properties")

    exchange = cloudformation.send(
        "Update", ADDRESS, PROPERTIES, old_properties={"ServiceTimeout": 60}, physical_resource_id=SERVER
    )

    document = exchange.document
    assert "ServiceTimeout" not in document
    assert document["ResourceProperties"]["ServiceTimeout"] == "930"
    assert document["OldResourceProperties"] == {"ServiceToken": SERVICE_TOKEN, "ServiceTimeout": "60"}
    assert document["PhysicalResourceId"] == SERVER
    assert exchange.only_answer().status == "SUCCESS"


def test_a_request_can_be_an_hour_old(cloudformation, endpoint):
    endpoint.now = lambda: datetime(2026, 11, 23, 10, 15, tzinfo=UTC)

    document = cloudformation.send("Create", ADDRESS, PROPERTIES).document

    assert "X-Amz-Date=20261123T101500Z" in document["ResponseURL"]


def test_the_response_url_looks_pre_signed(cloudformation):
    document = cloudformation.send("Create", ADDRESS, PROPERTIES).document

    url = urlsplit(document["ResponseURL"])
    query = parse_qs(url.query)
    key = f"/{ADDRESS.stack_id}|WebServerCutover|{document['RequestId']}"
    assert unquote(url.path) == key
    assert "%3A" in url.path
    assert "%7C" in url.path
    assert query["X-Amz-Expires"] == ["7199"]
    assert re.fullmatch(r"[0-9a-f]{64}", query["X-Amz-Signature"][0])


@pytest.mark.parametrize(
    ("forged", "headers", "status"),
    [
        (("X-Amz-Signature=", "X-Amz-Signature=0"), {}, 403),
        (("WebServerCutover", "DatabaseCutover"), {}, 403),
        (("", ""), {"content-type": "application/json"}, 403),
        (("", ""), {"transfer-encoding": "chunked"}, 411),
    ],
)
def test_s3_refuses_what_it_did_not_sign(cloudformation, endpoint, provider, forged, headers, status):
    provider.on("Create", None)
    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    event = dict(exchange.document)
    event["ResponseURL"] = event["ResponseURL"].replace(*forged)

    answered = put(event, usual_answer(event), certificate_file=endpoint.certificate_file, **headers)

    assert answered == status
    assert [(one.stored, one.status) for one in endpoint.puts] == [(False, status)]


@pytest.mark.parametrize(
    ("fields", "breach"),
    [
        ({"StackId": "another"}, "StackId differs from the request"),
        ({"RequestId": "another"}, "RequestId differs from the request"),
        ({"LogicalResourceId": "Another"}, "LogicalResourceId differs from the request"),
        ({"Status": "OK"}, "Status is not SUCCESS or FAILED"),
        ({"Status": "FAILED"}, "FAILED without a Reason"),
        ({"Data": ["a list"]}, "Data is not an object"),
        ({"Data": {"Long": "x" * 4096}}, "Response object is too long"),
        ({"PhysicalResourceId": 5}, INVALID_ID),
        ({"PhysicalResourceId": ""}, INVALID_ID),
        ({"PhysicalResourceId": "x" * 1025}, INVALID_ID),
    ],
)
def test_an_answer_that_breaks_the_protocol_fails_the_resource(cloudformation, provider, fields, breach):
    provider.on("Create", fields)

    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    outcome = exchange.conclude()

    assert outcome.status == "FAILED"
    assert breach in outcome.reason
    with pytest.raises(ProtocolError, match=breach):
        exchange.only_answer()


def test_a_refusal_shows_in_the_stack_events_with_its_reason(cloudformation, provider):
    provider.on("Create", {"Status": "FAILED", "Reason": "it has not booted", "PhysicalResourceId": SERVER})

    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    outcome = exchange.conclude()

    assert outcome.physical_resource_id == SERVER
    assert outcome.reason == (
        "Received response status [FAILED] from custom resource. Message returned: it has not booted "
        f"(RequestId: {exchange.document['RequestId']})"
    )


def test_no_answer_within_the_service_timeout_is_a_failure(cloudformation, provider):
    provider.on("Create", None)

    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    outcome = exchange.conclude()

    assert outcome.reason.startswith("CloudFormation did not receive a response from your Custom Resource.")
    with pytest.raises(ProtocolError, match="expected exactly one response"):
        exchange.only_answer()


def test_two_answers_are_one_too_many(cloudformation, endpoint, provider):
    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    exchange.delivery.wait()

    put(exchange.document, usual_answer(exchange.document), certificate_file=endpoint.certificate_file)

    with pytest.raises(ProtocolError, match="expected exactly one response"):
        exchange.only_answer()


@pytest.mark.parametrize("fault", [faults.refused(403), faults.refused(503), faults.reset()])
def test_nothing_is_stored_when_the_endpoint_fails(cloudformation, endpoint, provider, fault):
    endpoint.script(fault)

    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    exchange.delivery.wait()

    first = exchange.puts[0]
    assert (first.stored, first.status) == (False, fault.status)


def test_sending_again_after_a_lost_response_is_still_one_answer(cloudformation, endpoint, provider):
    endpoint.script(faults.reset_after())

    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    answer = exchange.only_answer()

    assert answer.status == "SUCCESS"
    assert [(one.stored, one.delivered) for one in exchange.puts] == [(True, False), (True, True)]


def test_a_slow_endpoint_has_the_answer_before_it_says_so(cloudformation, endpoint, provider):
    endpoint.script(faults.slow(2))

    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    outcome = exchange.conclude()

    assert outcome.status == "SUCCESS"
    assert not exchange.delivery.wait(0)
    assert exchange.only_answer().status == "SUCCESS"


def test_a_function_error_is_retried_twice_with_the_same_request(cloudformation, provider):
    def crash(event):
        raise RuntimeError("out of memory")

    provider.on("Create", crash)

    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)
    exchange.delivery.wait()

    assert [str(error) for error in exchange.delivery.attempts] == ["out of memory"] * 3
    assert {event["RequestId"] for event in provider.events} == {exchange.document["RequestId"]}


@pytest.mark.parametrize("overlapping", [True, False])
def test_a_request_can_be_delivered_twice(endpoint, provider, overlapping):
    cloudformation = CloudFormation(endpoint, queue=EventQueue(copies=2, overlapping=overlapping))
    unanswered = threading.Semaphore(1)
    provider.on("Create", lambda _event: {} if unanswered.acquire(blocking=False) else None)

    exchange = cloudformation.send("Create", ADDRESS, PROPERTIES)

    assert exchange.only_answer().status == "SUCCESS"
    assert [event == exchange.document for event in provider.events] == [True, True]


@pytest.mark.parametrize("timeout", ["0", "3601", "soon", "", "1.5", "-1"])
def test_a_service_timeout_that_cloudformation_refuses_is_not_sent(cloudformation, provider, timeout):
    with pytest.raises(ServiceTimeoutError, match=f"ServiceTimeout is '{timeout}'; allowed: a whole number from 1 to"):
        cloudformation.send("Create", ADDRESS, {**PROPERTIES, "ServiceTimeout": timeout})

    assert provider.events == []
