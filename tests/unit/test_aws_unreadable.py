"""Responses of MGN that violate its API model; botocore does not validate responses."""

import io
import json

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from finalize_cutover.cutover.errors import MgnUnavailableError
from tests.unit.stubs import SERVER, at_once, mgn_of

INFINITE = float("inf")  # which Python reads and writes as JSON


# All of these violate the model: not a list, no objects in the list, no ID, another type instead of an object.
@pytest.mark.parametrize(
    "body",
    [
        {"items": 5},
        {"items": [None]},
        {"items": [5]},
        {"items": [{}]},
        {"items": [{"sourceServerID": SERVER, "lifeCycle": "CUTOVER"}]},
        {"items": [{"sourceServerID": SERVER, "lifeCycle": {"state": ["CUTOVER"]}}]},
        {"items": [{"sourceServerID": [SERVER]}]},
        {"items": [{"sourceServerID": SERVER, "dataReplicationInfo": {"replicatedDisks": [None]}}]},
        {"items": [{"sourceServerID": SERVER, "lifeCycle": {"lastSeenByServiceDateTime": 5}}]},
        {
            "items": [
                {
                    "sourceServerID": SERVER,
                    "dataReplicationInfo": {"replicatedDisks": [{"totalStorageBytes": INFINITE}]},
                }
            ]
        },
        ["items"],
        5,
    ],
    ids=repr,
)
def test_what_is_not_as_mgn_documents_it_counts_as_not_read(body):
    mgn = mgn_of(client_that_is_answered(body))

    error = error_of(lambda: mgn.describe([SERVER]))

    assert (type(error), error.code) == (MgnUnavailableError, "UnreadableAnswer")


@pytest.mark.parametrize("item", [{}, {"applicationID": 5}], ids=repr)
def test_an_application_without_an_id_counts_as_not_read(item):
    mgn = mgn_of(client_that_is_answered({"items": [item]}))

    with pytest.raises(MgnUnavailableError, match="mgn:ListApplications got a response that is not as AWS"):
        mgn.applications("wave-0123456789abcdef0")


@pytest.mark.parametrize("operation", ["finalize", "archive"])
@pytest.mark.parametrize("body", [5, {"sourceServerID": SERVER, "lifeCycle": 5}], ids=repr)
def test_a_write_whose_answer_cannot_be_read_counts_as_lost(operation, body):
    mgn = mgn_of(client_that_is_answered(body))

    with pytest.raises(MgnUnavailableError, match=f"Source server {SERVER}: mgn:"):
        getattr(mgn, operation)(SERVER, before_send=at_once)


def test_half_a_character_in_a_name_keeps_nobody_from_reading_the_rest():
    mgn = mgn_of(client_that_is_answered({"items": [{"sourceServerID": SERVER, "tags": {"Name": "a\ud83db"}}]}))

    server = mgn.describe([SERVER]).items[SERVER]

    assert server.tags == server.document["tags"] == {"Name": "a?b"}


def error_of(describe):
    """Return the error of the server, whether or not other servers could be read."""
    try:
        return describe().errors[SERVER]
    except MgnUnavailableError as error:
        return error


class Raw(io.BytesIO):
    """The part of urllib3's response that botocore reads."""

    def stream(self):
        return [self.getvalue()]


def client_that_is_answered(body):
    """Return a boto3 client that gets *body* as the response to every request, valid or not."""
    client = boto3.session.Session().client("mgn", region_name="eu-west-1")
    raw = Raw(json.dumps(body).encode())
    client.meta.events.register("before-send.mgn", lambda request, **_: AWSResponse(request.url, 200, {}, raw))
    return client
