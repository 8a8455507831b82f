"""Ports on this machine, for processes that need a port number at their start."""

import socket
import time
from contextlib import ExitStack, closing

LOOPBACK = "127.0.0.1"


def free(count: int) -> list[int]:
    """Return *count* free ports; another process can take them before they are used."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


def is_open(port: int) -> bool:
    """Return whether a process listens on *port*."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_until_open(port: int, *, within_seconds: float = 10) -> None:
    """
    Wait until a process listens on *port*.

    Raises:
        TimeoutError: No process does within the time.
    """
    deadline = time.monotonic() + within_seconds
    while not is_open(port):
        if time.monotonic() > deadline:
            raise TimeoutError(f"No process listens on port {port}.")
        time.sleep(0.002)
