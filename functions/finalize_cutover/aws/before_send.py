"""
A last check just before a signed request is sent.

Signing can take long, because botocore then fetches the credentials of a member account.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class _Check(threading.local):
    of_this_thread: Callable[[], None] | None = None


_check = _Check()


@contextmanager
def checked(check: Callable[[], None]) -> Iterator[None]:
    """Call *check* before each request that this thread sends in the block; if it raises, the request is not sent."""
    _check.of_this_thread = check
    try:
        yield
    finally:
        _check.of_this_thread = None


def run_check(**_: Any) -> None:
    """Call the check of this thread, if there is one."""
    if _check.of_this_thread:
        _check.of_this_thread()


def install(client: Any) -> None:
    """Make the boto3 *client* run the check before it sends a request."""
    client.meta.events.register("before-send", run_check)
