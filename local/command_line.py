"""
Run the operators' command line against the local AWS: ``python -m local.command_line preflight``.

Whatever the environment contains, it calls no other AWS than the one on this machine.
"""

import os
import socket
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.deploy.stack import Stack
from local.isolation import isolate
from mgn_finalize import program

URL = "http://127.0.0.1:5555"
STACK = "finalize-cutover"
LONGEST_START = 45.0  # s
LONGEST_DEPLOYMENT = 120.0  # s; on a busy machine
LOOK_AGAIN_AFTER = 0.5  # s


def main() -> int:
    """Wait until the application is deployed, run the command, and return its exit code."""
    url = os.environ.get("AWS_ENDPOINT_URL") or URL
    isolate(os.environ)
    os.environ["AWS_ENDPOINT_URL"] = url
    if not is_deployed(url):
        print(f"The application is not deployed at {url}; run `make try` in another terminal.", file=sys.stderr)
        return 1
    return program.run(sys.argv[1:])


def is_deployed(url: str, *, longest_start: float = LONGEST_START) -> bool:
    """Wait until the application is deployed; return whether it is."""
    stack = Stack(url, STACK)
    if _listens(url) and _is_complete(stack):
        return True
    print(f"Waiting for the application at {url}, which `make try` deploys …", file=sys.stderr, flush=True)
    return _within(longest_start, lambda: _listens(url)) and _within(LONGEST_DEPLOYMENT, lambda: _is_complete(stack))


def _within(seconds: float, is_so: Callable[[], bool]) -> bool:
    """Return whether *is_so* becomes true within *seconds*."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_AGAIN_AFTER)
    return True


def _listens(url: str) -> bool:
    """Return whether anything listens at *url*: boto3 would try for half a minute."""
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 80), timeout=5).close()
    except OSError:
        return False
    return True


def _is_complete(stack: Stack) -> bool:
    try:
        return stack.state().status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    except (BotoCoreError, ClientError):
        return False


if __name__ == "__main__":
    sys.exit(main())
