"""
Deliver the answer to CloudFormation, once, and be sure that it arrived.

A stack whose request is not answered hangs for an hour, so that only a 2xx
counts, and an answer that cannot be delivered fails the invocation: Lambda then
runs the request again, which is safe.  The response URL is in no log and in no
exception: whoever holds it can answer in our name.
"""

import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

from finalize_cutover.handlers.cloudformation.response_body import encode
from finalize_cutover.handlers.cloudformation.response_url import ResponseUrl
from finalize_cutover.observability.log import logger

SECONDS_A_TRY = 5.0
SHORTEST_TRY = 0.5  # seconds
LONGEST_PAUSE = 5.0  # seconds
# Longer than S3 is ever away; after it, Lambda's own retry has a better chance than we.
LONGEST_DELIVERY = 120.0  # seconds

# S3 refuses with 403 for clock skew and with 400 for a slow request: both may pass.
MAY_PASS = frozenset({400, 403, 408, 425, 429})


class ResponseNotDeliveredError(Exception):
    """CloudFormation did not take the answer in the time there was."""


class Response:
    """
    The answer to one request.

    The work and the timer may both come to answer: the first does, the other waits until that is delivered.

    Args:
        url: Where to send it.

        seconds_left: Returns how many seconds there are until nothing can be sent any more.
    """

    def __init__(self, url: ResponseUrl, *, seconds_left: Callable[[], float]) -> None:
        self._url = url
        self._seconds_left = seconds_left
        self._lock = threading.Lock()
        self._is_claimed = False
        self._is_delivered = False

    def send_once(self, body: Mapping[str, Any]) -> None:
        """Deliver *body*, unless an answer was sent before, delivered or given up."""
        with self._lock:
            if not self._is_claimed:
                self._is_claimed = True
                self._is_delivered = self._deliver(encode(body))

    def check_delivered(self) -> None:
        """
        Return if CloudFormation has taken an answer; wait for one that is on its way.

        Raises:
            ResponseNotDeliveredError: It has not.
        """
        with self._lock:
            if not self._is_delivered:
                raise ResponseNotDeliveredError("CloudFormation did not take the answer in the time there was.")

    def _deliver(self, body: bytes) -> bool:
        end = time.monotonic() + min(self._seconds_left(), LONGEST_DELIVERY)
        pause = 0.2
        while (seconds := end - time.monotonic()) > 0:
            answer = self._try(body, _seconds_for_a_try(seconds))
            if isinstance(answer, int) and HTTPStatus.OK <= answer < HTTPStatus.MULTIPLE_CHOICES:
                logger.info("CloudFormation was answered", http_status=answer)
                return True
            logger.warning("CloudFormation did not take the answer", cause=answer)
            if not _may_pass(answer):
                return False
            # Full jitter: the members of a wave are answered at the same time.
            time.sleep(min(random.uniform(0, pause), max(0.0, end - time.monotonic())))  # noqa: S311 # nosec B311 # no secret
            pause = min(pause * 2, LONGEST_PAUSE)
        return False

    def _try(self, body: bytes, timeout: float) -> int | str:
        """Send once; return the HTTP status, or the name of what went wrong, never its text: that may hold the URL."""
        kind = _encrypted if self._url.is_encrypted else HTTPConnection
        try:
            connection = kind(self._url.host, timeout=timeout)
            # CloudFormation signs older URLs for an empty content type.
            headers = {"content-type": "", "content-length": str(len(body))}
            try:
                connection.request("PUT", self._url.target, body=body, headers=headers)
                return connection.getresponse().status
            finally:
                connection.close()
        except (OSError, HTTPException) as error:
            return type(error).__name__


def _seconds_for_a_try(seconds_left: float) -> float:
    # One that hangs must leave time for another.
    return min(SECONDS_A_TRY, max(seconds_left / 2, SHORTEST_TRY), seconds_left)


def _encrypted(host: str, *, timeout: float) -> HTTPConnection:
    return HTTPSConnection(host, timeout=timeout, context=ssl.create_default_context())


def _may_pass(answer: int | str) -> bool:
    if isinstance(answer, str):
        return True  # the network
    return answer >= HTTPStatus.INTERNAL_SERVER_ERROR or answer in MAY_PASS
