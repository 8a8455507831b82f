"""
A check that the response of a JSON service is JSON.

botocore reads any other body of a successful response as an object without members: a list that could not be read
would pass for an empty one.
"""

import json
from http import HTTPStatus
from typing import Any

from botocore.parsers import ResponseParserError

# boto3's names of the JSON services that the function calls; the parsers of the others check it themselves.
SERVICES = frozenset({"cloudwatch", "events", "mgn", "ssm"})


def check_response(response_dict: dict[str, Any], **_: Any) -> None:
    """
    Return if a successful response is a JSON object.

    Raises:
        ResponseParserError: It is not.
    """
    if response_dict["status_code"] >= HTTPStatus.MULTIPLE_CHOICES:
        return
    try:
        document = json.loads(response_dict["body"])
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ResponseParserError("the response is not a JSON object")


def install(client: Any, service: str) -> None:
    """Make the boto3 *client* check the responses of *service*, if it is a JSON service."""
    if service in SERVICES:
        client.meta.events.register("before-parse", check_response)
