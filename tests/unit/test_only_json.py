"""A successful response of a JSON service that is not a JSON object is an error, not an empty list."""

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.parsers import ResponseParserError

from finalize_cutover.aws import only_json


class Body:
    """The body of a response, as urllib3 returns it."""

    def __init__(self, content):
        self._content = content

    def stream(self, **_):
        yield self._content


def answered(status, content, service="mgn"):
    """Return a client whose every request gets this response."""
    made = boto3.session.Session().client(service, region_name="eu-west-1")
    only_json.install(made, service)
    made.meta.events.register("before-send", lambda **_: AWSResponse("https://aws.example", status, {}, Body(content)))
    return made


@pytest.mark.parametrize("content", [b"", b"<html>Welcome</html>", b'{"items": [', b"[]", b'"items"', b"null"])
def test_anything_else_than_an_object_is_an_error(content):
    client = answered(200, content)

    with pytest.raises(ResponseParserError, match="not a JSON object"):
        client.describe_source_servers()


@pytest.mark.parametrize("content", [b"{}", b'{"items": []}', rb'{"message": "\ud83d"}'])
def test_an_object_without_items_is_an_empty_list(content):
    answer = answered(200, content).describe_source_servers()

    assert answer.get("items", []) == []


def test_an_error_response_may_have_any_body():
    client = answered(403, b"<html>Forbidden</html>")

    with pytest.raises(client.exceptions.ClientError):
        client.describe_source_servers()


def test_the_event_bus_is_checked_too():
    with pytest.raises(ResponseParserError):
        answered(200, b"OK", service="events").put_events(Entries=[{}])


def test_services_with_other_protocols_are_not_checked():
    answer = answered(
        200, b"<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>", service="ec2"
    ).describe_volumes()

    assert answer["Volumes"] == []
