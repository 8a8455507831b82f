"""
Where the tasks of state machines are sent: back to the server that runs them.

moto looks for its port in the environment, and for a proxy as well.
"""

from functools import partial
from typing import cast
from urllib.parse import urlsplit

from botocore.config import Config

WITHOUT_PROXY = partial(Config, proxies={})

_port = 0


def send_to(url: str) -> None:
    """Send tasks to the local AWS at *url* from now on."""
    global _port  # noqa: PLW0603 - of the process, as moto is
    _port = cast("int", urlsplit(url).port)


def port() -> int:
    """Return the port that tasks are sent to; moto knows the host."""
    return _port
