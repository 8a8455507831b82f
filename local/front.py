"""The WSGI application in front of moto: call log, rate limit, fault injection, admin routes."""

import math
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from local import lists
from local.admin import Admin
from local.calls import Call, Environ
from local.clock import CLOCK
from local.error_answers import error_answer
from local.faults import ERRORS, WITHOUT_EFFECT, Fault
from local.mgn import effects
from local.state import State

StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

ADMIN = "/local-aws/"
# The state of these services is not thread-safe, neither in moto nor here.  Calls to other services are not serialized:
# some of them (CloudFormation, Step Functions) call the local AWS from another thread before they end.
SERVICES_ONE_AT_A_TIME = {"mgn", "ec2", "cloudwatch", "ssm"}


class Front:
    """A WSGI application in front of *moto*."""

    def __init__(self, moto: Application, state: State) -> None:
        self._moto = moto
        self._state = state
        self._admin = Admin(state)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(ADMIN):
            return self._admin(environ, start_response)
        call = Call.of(environ)
        self._state.calls.add(call)
        try:
            return self._answer(call, environ, _noting(call, start_response))
        finally:
            call.end()

    def _answer(self, call: Call, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not self._state.pace.admits(call.service, call.account):
            return _refuse(call, "throttle", start_response)
        time.sleep(self._state.pace.latency)
        fault = self._state.faults.take(call.service, call.account, call.operation, call.parameters)
        if fault is None:
            return self._serve(call, environ, start_response)
        call.fault = fault.fault
        if fault.fault in ERRORS:
            return _refuse(call, fault.fault, start_response)
        return self._disturb(fault, call, environ, start_response)

    def _disturb(self, fault: Fault, call: Call, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if fault.fault == "hang":
            time.sleep(fault.seconds)
        if fault.fault == "reset":
            _hang_up(environ)
        if fault.fault in WITHOUT_EFFECT:
            with effects.coming_in(fault.seconds if fault.fault == "late-effect" else math.inf):
                return self._serve(call, environ, start_response)
        if fault.fault == "nameless-item":
            return lists.without_a_name(self._serve(call, environ, start_response))
        answer = self._serve(call, environ, start_response)
        if fault.fault == "drip":
            return _drip(b"".join(answer), fault.seconds)
        if fault.fault == "hang-after":
            time.sleep(fault.seconds)
        if fault.fault == "reset-after":
            call.lost_status, call.status = call.status, None
            _hang_up(environ)
        return answer

    def _serve(self, call: Call, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if call.service not in SERVICES_ONE_AT_A_TIME:
            return self._moto(environ, start_response)
        with CLOCK.lock:
            CLOCK.settle()
            with self._state.stale.around(call.service, call.operation) as is_stale:
                call.fault = call.fault or ("stale" if is_stale else None)
                return list(self._moto(environ, start_response))


def _noting(call: Call, start_response: StartResponse) -> StartResponse:
    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        call.status = int(status.split(maxsplit=1)[0])
        return start_response(status, headers, *rest)

    return start


def _refuse(call: Call, fault: str, start_response: StartResponse) -> Iterable[bytes]:
    """Send an error response in the format of the service."""
    call.fault = fault
    error = error_answer(call.service, call.operation, fault)
    headers = [("Content-Type", error.content_type), ("Content-Length", str(len(error.body)))]
    start_response(f"{error.status} {error.code}", [*headers, ("X-Amzn-ErrorType", error.code)])
    return [error.body]


def _drip(body: bytes, seconds: float) -> Iterator[bytes]:
    """Yield *body* byte by byte; the last byte comes after *seconds*."""
    for place in range(len(body)):
        time.sleep(seconds / len(body))
        yield body[place : place + 1]


def _hang_up(environ: Environ) -> None:
    """
    Close the connection without a response.

    Raises:
        ConnectionAbortedError: Always; the server treats it as a client that disconnected.
    """
    # The server would parse the unread rest of the request as another request, and log an error.
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    connection: socket.socket = environ["werkzeug.socket"]
    # With SO_LINGER of 0 s the client receives a TCP reset, as from a host that crashed.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
