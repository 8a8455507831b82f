"""Every call that the local AWS received, in order."""

import io
import json
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from local.accounts import account_of

Environ = dict[str, Any]

# The body is read only for these services and for form requests, not for S3 uploads.
SERVICES_READ = {"mgn", "cloudwatch", "ssm"}
# Services that sign with another name than that of their IAM actions.
SIGNED_AS = {"monitoring": "cloudwatch"}
INVOCATION = re.compile("[^/]+/functions/(.+)/invocations")
TAG_OPERATIONS = {"GET": "ListTagsForResource", "POST": "TagResource", "DELETE": "UntagResource"}


@dataclass(slots=True, kw_only=True)
class Call:
    """
    One call, described by what its HTTP request and response contain.

    Attributes:
        service: IAM prefix of the service, such as ``mgn``; empty for an unsigned call.

        account: The account of the caller's credentials.

        operation: Such as ``FinalizeCutover``; the URL path if the request does not name an operation.

        parameters: Request parameters; empty for services whose body is not read.

        status: HTTP status of the response; None before it is sent, or if it was never sent.

        lost_status: HTTP status of a response that was made but never sent; None otherwise.

        fault: Name of the injected fault; None without one.

        received_at: Time of arrival by the wall clock, in seconds since the epoch.

        seconds: Time until the response began; None while the call runs.
    """

    service: str
    operation: str
    region: str
    account: str = ""
    parameters: dict[str, Any]
    status: int | None = None
    lost_status: int | None = None
    fault: str | None = None
    received_at: float = field(default_factory=time.time)
    seconds: float | None = None
    _started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, environ: Environ) -> "Call":
        """Read the call from a WSGI environment; the body in *environ* stays readable."""
        key, service, region = _signed_for(environ.get("HTTP_AUTHORIZATION", ""))
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
        if service == "lambda" and (invocation := INVOCATION.fullmatch(path)):
            operation, parameters = "Invoke", {"FunctionName": invocation[1], "Payload": _json(_body(environ))}
        account = account_of(key)
        return cls(service=service, operation=operation, region=region, account=account, parameters=parameters)

    def end(self) -> None:
        """Record the duration of the call."""
        self.seconds = round(time.monotonic() - self._started, 6)

    def document(self) -> dict[str, Any]:
        """Return the call as a JSON object."""
        names = ("service", "operation", "region", "account", "parameters", "status", "fault", "seconds")
        own = {name: getattr(self, name) for name in names}
        return {**own, "lostStatus": self.lost_status, "receivedAt": self.received_at}


class CallLog:
    """The calls, oldest first.  Thread-safe."""

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


def _signed_for(authorization: str) -> tuple[str, str, str]:
    """Return the key, service and Region of the credential: ``Credential=KEY/DATE/REGION/SERVICE/aws4_request``."""
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    return (scope[0], SIGNED_AS.get(scope[3], scope[3]), scope[2]) if len(scope) == 5 else ("", "", "")


def _body(environ: Environ) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _json(body: bytes) -> Any:
    """Return the document in *body*; None if there is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _json_object(body: bytes) -> dict[str, Any]:
    value = _json(body)
    return value if isinstance(value, dict) else {}
