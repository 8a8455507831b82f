"""A request that SNS or SQS delivers is answered in words, so that no stack hangs until its timeout."""

import json

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError
from local.cloudformation import answers
from tests.contract.provider import SERVER, WEB


def by_sns(request):
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": json.dumps(request)}}]}


def by_sqs(request):
    return {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(request)}]}


def by_sns_and_sqs(request):
    notification = {"Type": "Notification", "Message": json.dumps(request)}
    return {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(notification)}]}


WAYS = [by_sns, by_sqs, by_sns_and_sqs]


@pytest.fixture
def ask(provider, endpoint, aws):
    """Delivers a request in an envelope; returns the response to it."""
    aws.add_source_server("ready", sourceServerID=SERVER)

    def send(request_type, envelope, **rest):
        mailbox = endpoint.open(provider.document(request_type, WEB, **rest))
        provider.function(envelope(mailbox.document), 900)
        (put,) = mailbox.puts
        return answers.read(put.body, mailbox.document)

    return send


@pytest.mark.parametrize("envelope", WAYS)
@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_a_request_in_an_envelope_fails_in_words(ask, aws, request_type, envelope):
    answer = ask(request_type, envelope, physical_id=SERVER if request_type == "Update" else None)

    assert (answer.status, answer.physical_resource_id) == ("FAILED", SERVER)
    assert "the request came through SNS or SQS. Set ServiceToken to the function's ARN" in answer.reason
    assert aws.operations() == []


@pytest.mark.parametrize("envelope", WAYS)
def test_a_delete_in_an_envelope_succeeds_so_that_the_stack_can_be_deleted(ask, envelope):
    assert ask("Delete", envelope, physical_id=SERVER).status == "SUCCESS"


def test_a_request_that_cannot_be_answered_does_not_keep_the_others_from_an_answer(provider, endpoint):
    mailbox = endpoint.open(provider.document("Delete", WEB, physical_id=SERVER))
    strange = {**mailbox.document, "ResponseURL": "https://example.com/answer"}
    records = [*by_sns(strange)["Records"], *by_sqs(mailbox.document)["Records"]]

    with pytest.raises(InvalidRequestError, match="ResponseURL"):
        provider.function({"Records": records}, 900)

    (put,) = mailbox.puts
    assert answers.read(put.body, mailbox.document).status == "SUCCESS"


@pytest.mark.parametrize(
    "event",
    [
        {"Records": []},
        {"Records": "none"},
        {"Records": [5, {}, {"Sns": 5}, {"Sns": {"Message": 5}}, {"body": "no JSON"}, {"body": "[]"}]},
        by_sns({"RequestType": "Create"}),
    ],
)
def test_any_other_message_is_no_request(provider, event):
    with pytest.raises(InvalidRequestError, match="The request has an unknown shape"):
        provider.function(event, 900)
