"""Every call that the local AWS received, in order."""

import io
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

Environ = dict[str, Any]

# Of these, and of whatever is sent as a form, the body is read; uploads to S3 are none of our business.
SERVICES_READ = {"mgn"}
TAG_OPERATIONS = {"GET": "ListTagsForResource", "POST": "TagResource", "DELETE": "UntagResource"}


@dataclass(slots=True, kw_only=True)
class Call:
    """
    One call, as far as it can be told without asking moto.

    Attributes:
        service: The name it was signed for, as in ``mgn``; empty for an unsigned call.

        operation: As in ``FinalizeCutover``; the path where nothing else tells.

        parameters: What was asked, of services that are read.

        status: HTTP status of the answer; None while there is none, or when it was never sent.

        lost_status: HTTP status of an answer that was made, but never sent; None otherwise.

        fault: What was made to go wrong.

        seconds: How long it took; None while it runs.

        at: When it came, by the wall clock.
    """

    service: str
    operation: str
    region: str
    parameters: dict[str, Any]
    status: int | None = None
    lost_status: int | None = None
    fault: str | None = None
    seconds: float | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, environ: Environ) -> "Call":
        """Read the call from a WSGI environment, and put back what was read of its body."""
        service, region = _signed_for(environ.get("HTTP_AUTHORIZATION", ""))
        path = environ["PATH_INFO"].strip("/")
        target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        is_form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
        parameters: dict[str, Any] = {}
        if is_form:
            parameters = dict(parse_qsl(_body(environ).decode("utf-8", "replace")))
        elif service in SERVICES_READ:
            parameters = _json_object(_body(environ))
        operation = parameters.pop("Action", None) or target or path
        if service == "mgn" and path.startswith("tags/"):
            operation = TAG_OPERATIONS.get(environ["REQUEST_METHOD"], path)
        return cls(service=service, operation=operation, region=region, parameters=parameters)

    def end(self) -> None:
        """Note that it has been dealt with."""
        self.seconds = round(time.monotonic() - self._started, 6)

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        names = ("service", "operation", "region", "parameters", "status", "fault", "seconds")
        members = {name: getattr(self, name) for name in names}
        return {**members, "lostStatus": self.lost_status, "at": self.at.isoformat()}


class CallLog:
    """The calls, oldest first; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()

    def documents(self) -> list[dict[str, Any]]:
        with self._lock:
            return [call.document() for call in self._calls]


def _signed_for(authorization: str) -> tuple[str, str]:
    """Return the service and Region of the credential scope: ``Credential=KEY/DATE/REGION/SERVICE/aws4_request``."""
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    return (scope[3], scope[2]) if len(scope) == 5 else ("", "")


def _body(environ: Environ) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
