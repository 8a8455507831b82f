"""
Deliver the response to CloudFormation, once, and verify that it arrived.

A stack without a response hangs for an hour.  So only a 2xx status counts as
delivered, and a failed delivery fails the invocation: Lambda then retries the
request, which is safe.  The response URL is never in a log or an exception,
because anyone who has it can forge the response.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any

from finalize_cutover.handlers.cloudformation.proxy import ProxyError, proxy_for, put, tls_context
from finalize_cutover.handlers.cloudformation.response_body import encode
from finalize_cutover.handlers.cloudformation.response_url import ResponseUrl
from finalize_cutover.observability.log import logger

SECONDS_A_TRY = 5.0
SHORTEST_TRY = 0.5  # seconds
LONGEST_PAUSE = 5.0  # seconds
# Longer than a usual outage of S3; after that, Lambda's own retry has a better chance.
LONGEST_DELIVERY = 120.0  # seconds

# S3 returns 403 for clock skew and 400 for a slow request: another attempt may succeed.
MAY_PASS = frozenset({400, 403, 408, 425, 429})


class ResponseNotDeliveredError(Exception):
    """CloudFormation did not accept the response in time."""


class Response:
    """
    The response to one request.

    The work and the timer may both try to send one: the first one sends, the other waits for its delivery.

    Args:
        url: Where to send it.

        seconds_left: Returns the number of seconds that are left for sending.
    """

    def __init__(self, url: ResponseUrl, *, seconds_left: Callable[[], float]) -> None:
        self._url = url
        self._seconds_left = seconds_left
        self._lock = threading.Lock()
        self._is_claimed = False
        self._is_delivered = False

    def send_once(self, body: Mapping[str, Any]) -> None:
        """Deliver *body*, unless a response was delivered or given up before."""
        with self._lock:
            if not self._is_claimed:
                self._is_claimed = True
                self._is_delivered = self._deliver(encode(body))

    def check_delivered(self) -> None:
        """
        Return if CloudFormation has accepted a response; wait for one that is being sent.

        Raises:
            ResponseNotDeliveredError: It has not.
        """
        with self._lock:
            if not self._is_delivered:
                raise ResponseNotDeliveredError("CloudFormation did not accept the response in time.")

    def _deliver(self, body: bytes) -> bool:
        end = time.monotonic() + min(self._seconds_left(), LONGEST_DELIVERY)
        pause = 0.2
        while (seconds := end - time.monotonic()) > 0:
            answer = self._try(body, _seconds_for_a_try(seconds))
            if isinstance(answer, int) and HTTPStatus.OK <= answer < HTTPStatus.MULTIPLE_CHOICES:
                logger.info("CloudFormation accepted the response", http_status=answer)
                return True
            logger.warning("CloudFormation did not accept the response", cause=answer)
            if not _may_pass(answer):
                return False
            # Full jitter, because the source servers of a wave get their responses at the same time.
            time.sleep(min(random.uniform(0, pause), max(0.0, end - time.monotonic())))  # noqa: S311 # nosec B311 # no secret
            pause = min(pause * 2, LONGEST_PAUSE)
        return False

    def _try(self, body: bytes, timeout: float) -> int | str:
        """Send once; return the HTTP status, or the exception's name but not its text, which may contain the URL."""
        # CloudFormation signs older URLs for an empty content type.
        headers = {"content-type": "", "content-length": str(len(body))}
        try:
            if address := proxy_for(self._url):
                return put(address, self._url, body, headers=headers, timeout=timeout)
            kind = _encrypted if self._url.is_encrypted else HTTPConnection
            connection = kind(self._url.host, timeout=timeout)
            try:
                connection.request("PUT", self._url.target, body=body, headers=headers)
                return connection.getresponse().status
            finally:
                connection.close()
        except ProxyError as error:
            return f"{type(error).__name__}: {error}"
        except (OSError, HTTPException) as error:
            return type(error).__name__


def _seconds_for_a_try(seconds_left: float) -> float:
    # An attempt that hangs must leave time for another one.
    return min(SECONDS_A_TRY, max(seconds_left / 2, SHORTEST_TRY), seconds_left)


def _encrypted(host: str, *, timeout: float) -> HTTPConnection:
    return HTTPSConnection(host, timeout=timeout, context=tls_context())


def _may_pass(answer: int | str) -> bool:
    if isinstance(answer, str):
        return True  # a network error
    return answer >= HTTPStatus.INTERNAL_SERVER_ERROR or answer in MAY_PASS
