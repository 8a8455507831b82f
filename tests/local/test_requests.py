"""The requests that the local MGN refuses; sent without boto3, which would not send most of them."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

SERVER = "s-0123456789abcdef0"
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261123/eu-west-1/mgn/aws4_request, SignedHeaders=host"
)


@pytest.fixture
def send(aws):
    """Sends a body to an operation; returns the status and the answer."""

    def send(operation, body, method="POST"):
        connection = http.client.HTTPConnection(urlsplit(aws.url).netloc, timeout=5)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": AUTHORIZATION}
        connection.request(method, f"/{operation}", content, headers)
        response = connection.getresponse()
        answer = json.loads(response.read() or b"null")
        connection.close()
        return response.status, answer

    return send


@pytest.mark.parametrize(
    ("operation", "body", "fields"),
    [
        ("FinalizeCutover", {}, ["sourceServerID"]),
        ("FinalizeCutover", {"sourceServerID": None}, ["sourceServerID"]),
        ("FinalizeCutover", {"sourceServerID": 7}, ["sourceServerID"]),
        ("FinalizeCutover", {"sourceServerID": "s-0123456789abcdef"}, ["sourceServerID", "sourceServerID"]),
        ("FinalizeCutover", {"sourceServerID": "s-0123456789abcde-0"}, ["sourceServerID"]),
        ("FinalizeCutover", {"sourceServerID": SERVER + "\n"}, ["sourceServerID", "sourceServerID"]),
        ("FinalizeCutover", {"sourceServerID": SERVER, "accountID": "11112222333x"}, ["accountID"]),
        ("DescribeSourceServers", {"maxResults": 0}, ["maxResults"]),
        ("DescribeSourceServers", {"maxResults": 1001}, ["maxResults"]),
        ("DescribeSourceServers", {"maxResults": True}, ["maxResults"]),
        ("DescribeSourceServers", {"maxResults": "10"}, ["maxResults"]),
        ("DescribeSourceServers", {"filters": []}, ["filters"]),
        ("DescribeSourceServers", {"filters": {"isArchived": "true"}}, ["filters.isArchived"]),
        ("DescribeSourceServers", {"filters": {"sourceServerIDs": [SERVER] * 201}}, ["filters.sourceServerIDs"]),
        (
            "DescribeSourceServers",
            {"filters": {"lifeCycleStates": ["CUTTING_OVER", "CUTOVER_COMPLETE"]}},
            ["filters.lifeCycleStates.2.member"],
        ),
        ("DescribeJobs", {"filters": {"fromDate": "yesterday at noon....."}}, ["filters.fromDate"]),
        ("StartCutover", {"sourceServerIDs": []}, ["sourceServerIDs"]),
        ("StartCutover", {"sourceServerIDs": [SERVER], "tags": {"key": 7}}, ["tags.key.member"]),
        ("ChangeServerLifeCycleState", {"sourceServerID": SERVER, "lifeCycle": {}}, ["lifeCycle.state"]),
        (
            "ChangeServerLifeCycleState",
            {"sourceServerID": SERVER, "lifeCycle": {"state": "TESTING"}},
            ["lifeCycle.state"],
        ),
    ],
)
def test_what_breaks_the_api_model_is_refused_by_field(send, operation, body, fields):
    status, answer = send(operation, body)

    assert (status, answer["__type"], answer["reason"]) == (400, "ValidationException", "fieldValidationFailed")
    assert [field["name"] for field in answer["fieldList"]] == fields


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_that_is_no_json_object_cannot_be_parsed(send, body):
    status, answer = send("FinalizeCutover", body)

    assert (status, answer["reason"]) == (400, "cannotParse")


def test_members_that_the_model_does_not_know_are_ignored(aws, send):
    aws.add_source_server("ready", sourceServerID=SERVER)

    status, _ = send("FinalizeCutover", {"sourceServerID": SERVER, "force": True})

    assert status == 200


def test_an_operation_that_is_not_here_is_refused_once(aws, mgn):
    with pytest.raises(mgn.exceptions.ClientError, match="does not implement TerminateTargetInstances"):
        mgn.terminate_target_instances(sourceServerIDs=[SERVER])

    assert aws.operations("mgn") == ["TerminateTargetInstances"]


def test_a_path_that_no_operation_has_is_not_found(send):
    status, _ = send("FinalizeEverything", {})

    assert status == 404
