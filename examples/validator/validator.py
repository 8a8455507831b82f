"""
A validator function: asks the HTTP health endpoint of each server, and answers for all of them within 5 seconds.

Replace ``validate`` with whatever shows that your application works on the launched instance.  The request and the
response are described by ``validator-request.schema.json`` and ``validator-response.schema.json`` in ``schemas/``.
"""

import os
import re
from concurrent.futures import Future, ThreadPoolExecutor, wait
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

# A request has at most so many source servers; each of them is asked at the same time.
MOST_SERVERS = 50
# Seconds.  The readiness check waits for 7.5 s, of which a start of this function takes a part.
ANSWER_WITHIN = 5
# Seconds to connect, and for each read.
ENDPOINT_TIMEOUT = 4
# The host name comes from the source server, so it must not be able to change the rest of the URL.
HOSTNAME = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?")

Answer = dict[str, str]


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Answer]:
    """Return ``{source server ID: {"verdict": …, "reason": …}}`` for every source server in *event*."""
    pool = ThreadPoolExecutor(MOST_SERVERS)
    asked = {server["sourceServerID"]: pool.submit(validate, server) for server in event["servers"]}
    wait(asked.values(), timeout=ANSWER_WITHIN)
    answers = {server_id: _answer_of(future) for server_id, future in asked.items()}
    # Do not wait for slow servers; their threads end after the timeouts of their sockets.
    pool.shutdown(wait=False)
    return answers


def validate(server: dict[str, Any]) -> Answer:
    """Return the answer about one *server* of the request."""
    hostname = server["hostname"] or ""
    if not HOSTNAME.fullmatch(hostname):
        return _answer("BLOCK", "MGN knows no usable host name of it")
    url = os.environ["HEALTH_URL"].replace("{hostname}", hostname)
    try:
        status = _status(url)
    except (OSError, HTTPException) as error:
        return _answer("WAIT", f"{url} does not answer ({type(error).__name__})")
    reason = f"{url} answers {status}"
    if status == HTTPStatus.OK:
        return _answer("PASS", reason)
    # The application can still be starting.  Any other status needs a person; a redirect proves nothing.
    return _answer("WAIT" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "BLOCK", reason)


def _status(url: str) -> int:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=ENDPOINT_TIMEOUT)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status
    finally:
        connection.close()


def _answer_of(future: Future[Answer]) -> Answer:
    if not future.done():
        return _answer("WAIT", f"its health endpoint did not answer within {ANSWER_WITHIN} s")
    if error := future.exception():
        # One server that cannot be validated must not fail the answer about the others.
        return _answer("BLOCK", f"it could not be validated ({type(error).__name__})")
    return future.result()


def _answer(verdict: str, reason: str) -> Answer:
    return {"verdict": verdict, "reason": reason}
