"""The kit for a real account: what CloudTrail recorded, by the names of fields."""

import io
import json
from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from tests.account import trail
from tests.account.identifiers import kind_of_identifier
from tests.account.journal import Journal
from tests.account.questions import Question
from tests.account.terminal import Terminal

SERVER, OTHER_SERVER = "s-0123456789abcdef0", "s-0fedcba9876543210"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


class StoppedClock:
    def now(self):
        return NOW


class OneClient:
    """AWS with one client."""

    def __init__(self, client):
        self._client = client

    def client(self, _service, *, writes):
        assert writes  # each request is sent once
        return self._client


@pytest.fixture
def journal():
    return Journal(clock=StoppedClock(), terminal=Terminal(io.StringIO()))


@pytest.fixture
def stubbed():
    client = boto3.client("cloudtrail")
    with Stubber(client) as stubber:
        yield client, stubber


def event(server_id=SERVER, **changes):
    document = {
        "requestParameters": {"sourceServerID": server_id},
        "responseElements": {"arn": "arn:x", "lifeCycle": {"state": "CUTOVER"}, "web-1.example.com": 1},
        **changes,
    }
    return {"CloudTrailEvent": json.dumps(document)}


def answer(journal):
    [one] = [one for one in journal.all_answers() if one.question == Question.CLOUDTRAIL]
    return one


def test_fields_are_told_by_name_and_only_those_of_the_server(journal, stubbed):
    client, stubber = stubbed
    refused = event(responseElements=None, errorCode="ConflictException")
    stubber.add_response("lookup_events", {"Events": [event(), refused, event(OTHER_SERVER)]})

    trail.read(OneClient(client), journal, SERVER, NOW)

    told = answer(journal).observed
    assert told == (
        "without an error, requestParameters: sourceServerID, responseElements: arn lifeCycle not-shown; "
        "ConflictException, requestParameters: sourceServerID, responseElements: null"
    )
    assert kind_of_identifier(told) is None


def test_without_an_event_the_question_stays_open(journal, stubbed):
    client, stubber = stubbed
    stubber.add_response("lookup_events", {"Events": []})

    trail.read(OneClient(client), journal, SERVER, NOW)

    assert answer(journal).not_answered == "CloudTrail listed no event yet"


def test_a_refusal_is_the_reason_and_ends_nothing(journal, stubbed):
    client, stubber = stubbed
    stubber.add_client_error("lookup_events", "AccessDeniedException", http_status_code=403)

    trail.read(OneClient(client), journal, SERVER, NOW)

    assert answer(journal).not_answered == "CloudTrail could not be read: AccessDeniedException LookupEvents"
