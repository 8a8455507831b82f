"""
A last check before a request leaves, when it is signed and nothing is left but sending it.

To sign may take long: the credentials of a member account are fetched then.
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
    """Have *check* called before each request that this thread sends in the block; what it raises stops the request."""
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
    """Let *client*, which is boto3's, run the check before it sends."""
    client.meta.events.register("before-send", run_check)
