"""
Sends the tasks of state machines to the local AWS server that runs them.

moto reads the port and proxy settings from the environment instead.
"""

from functools import partial
from typing import cast
from urllib.parse import urlsplit

from botocore.config import Config

WITHOUT_PROXY = partial(Config, proxies={})

_port = 0


def send_to(url: str) -> None:
    """Send tasks to the local AWS at *url* from now on."""
    global _port  # noqa: PLW0603 - per process, like moto's state
    _port = cast("int", urlsplit(url).port)


def port() -> int:
    """Return the port for tasks; moto knows the host."""
    return _port
