"""A custom resource provider for tests of the CloudFormation stand-in; it follows the protocol by default."""

import http.client
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.cloudformation.service import CloudFormation

Event = dict[str, Any]

SERVICE_TOKEN = "arn:aws:lambda:eu-west-1:111122223333:function:fake-provider"


class FakeProvider:
    """
    Responds to each request with SUCCESS and the source server's ID, or as configured with ``on``.

    Attributes:
        events: Every request received, in order.
    """

    def __init__(self, certificate_file: Path | None = None) -> None:
        self.events: list[Event] = []
        self._certificate_file = certificate_file
        self._manners: dict[str, Callable[[Event], dict[str, Any] | None]] = {}

    def on(self, request_type: str, answer: Callable[[Event], dict[str, Any] | None] | dict[str, Any] | None) -> None:
        """Respond to *request_type* with these additional fields; None sends no response."""
        self._manners[request_type] = answer if callable(answer) else lambda _event: answer

    def __call__(self, event: Event, _timeout_seconds: float) -> None:
        self.events.append(event)
        manner = self._manners.get(event["RequestType"], lambda _event: {})
        fields = manner(event)
        if fields is not None:
            put(event, {**usual_answer(event), **fields}, certificate_file=self._certificate_file)

    def requests(self) -> list[tuple[str, str | None]]:
        """Return the type and the physical ID of every request."""
        return [(event["RequestType"], event.get("PhysicalResourceId")) for event in self.events]


def usual_answer(event: Event) -> dict[str, Any]:
    """Return a response that follows the protocol."""
    return {
        "Status": "SUCCESS",
        "PhysicalResourceId": event["ResourceProperties"].get("SourceServerID", "none"),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Outcome": "FINALIZED", "LaunchedInstanceID": "i-0abc"},
    }


def put(event: Event, answer: dict[str, Any] | bytes, *, certificate_file: Path | None = None, **headers: str) -> int:
    """Send *answer* to the response URL of *event*, and return the status."""
    url = urlsplit(event["ResponseURL"])
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    if url.scheme == "https":
        context = ssl.create_default_context(cafile=certificate_file)
        connection = http.client.HTTPSConnection(url.netloc, timeout=5, context=context)
    else:
        connection = http.client.HTTPConnection(url.netloc, timeout=5)
    try:
        connection.request("PUT", f"{url.path}?{url.query}", body, {"content-type": "", **headers})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def settle(cloudformation: CloudFormation) -> None:
    """Wait until the function has handled every request of *cloudformation*."""
    for exchange in cloudformation.exchanges:
        assert exchange.delivery.wait(10), f"still runs: {exchange.document['RequestType']}"
