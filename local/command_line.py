"""
Run the operators' command line against the local AWS: ``python -m local.command_line preflight``.

Whatever the environment contains, it calls no other AWS than the one on this machine.
"""

import os
import socket
import sys
import time
from collections.abc import Callable, MutableMapping
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.deploy.stack import REGION, Stack
from mgn_finalize import program

URL = "http://127.0.0.1:5555"
STACK = "finalize-cutover"
LONGEST_START = 20.0  # s
LONGEST_DEPLOYMENT = 120.0  # s; on a busy machine
LOOK_AGAIN_AFTER = 0.5  # s
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1,localhost",
}


def main() -> int:
    """Wait until the application is deployed, run the command, and return its exit code."""
    url = os.environ.get("AWS_ENDPOINT_URL") or URL
    isolate(os.environ, url)
    if not _is_deployed(url):
        print(f"The application is not deployed at {url}; run `make try` in another terminal.", file=sys.stderr)
        return 1
    return program.run(sys.argv[1:])


def isolate(environment: MutableMapping[str, str], url: str) -> None:
    """Let boto3 call only the AWS at *url*, without the user's credentials, profiles and proxies."""
    for name in [name for name in environment if name.startswith(("AWS_", "MGN_FINALIZE_"))]:
        del environment[name]
    environment.update(ENVIRONMENT, AWS_ENDPOINT_URL=url)


def _is_deployed(url: str) -> bool:
    """Wait until the application is deployed; return whether it is."""
    stack = Stack(url, STACK)
    if _listens(url) and _is_complete(stack):
        return True
    print(f"Waiting for the application at {url} …", file=sys.stderr, flush=True)
    return _within(LONGEST_START, lambda: _listens(url)) and _within(LONGEST_DEPLOYMENT, lambda: _is_complete(stack))


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
