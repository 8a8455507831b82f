"""The network, within this process: it connects with nobody, takes down who was to be reached, and plays every host."""

import contextlib
import io
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

# What Python tells of anybody who reaches out, and where it tells the address.
# https://docs.python.org/3/library/audit_events.html
REACHING_OUT = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "subprocess.Popen": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request: to whom, under which name TLS was to be vouched for (None without TLS), and what was sent."""

    host: str
    port: int
    server_name: str | None
    head: str
    body: bytes


@dataclass(slots=True)
class Network:
    """
    Every host there is; each answers each request alike.

    Attributes:
        status: HTTP's status.

        headers: Lines of the answer, such as a Location.

        contacts: Whom anybody in this process wanted to reach, past this network too.

        requests: Every HTTP request, in order.
    """

    status: int = 200
    headers: tuple[str, ...] = ()
    contacts: list[str] = field(default_factory=list)
    requests: list[HttpRequest] = field(default_factory=list)

    def connect(self, address: tuple[str, int], *_: object, **__: object) -> "_Socket":
        """Stand in for ``socket.create_connection``."""
        self.contacts.append(f"{address[0]}:{address[1]}")
        return _Socket(self, *address)

    def take(self, request: HttpRequest) -> bytes:
        """Take *request* down; return HTTP's answer."""
        self.requests.append(request)
        lines = [f"HTTP/1.1 {self.status} so it is", *self.headers, "content-length: 0", "", ""]
        return "\r\n".join(lines).encode()

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Let this process have this network and no other, for as long as the block lasts."""
        with (
            mock.patch.object(socket, "create_connection", self.connect),
            mock.patch.object(ssl.SSLContext, "wrap_socket", _wrap),
        ):
            _HOOK.network = self
            try:
                yield
            finally:
                _HOOK.network = None


class _Socket:
    """As much of a socket as http.client needs."""

    def __init__(self, network: Network, host: str, port: int) -> None:
        self.server_name: str | None = None
        self._network = network
        self._host = host
        self._port = port
        self._sent = b""

    def sendall(self, data: Any) -> None:
        self._sent += bytes(data)

    def makefile(self, _mode: str) -> io.BytesIO:
        head, _, body = self._sent.partition(b"\r\n\r\n")
        return io.BytesIO(
            self._network.take(
                HttpRequest(
                    host=self._host,
                    port=self._port,
                    server_name=self.server_name,
                    head=head.decode("latin-1"),
                    body=body,
                )
            )
        )

    def setsockopt(self, *_: object) -> None: ...

    def close(self) -> None: ...


def _wrap(_context: ssl.SSLContext, plain: _Socket, *, server_hostname: str) -> _Socket:
    """Stand in for ``ssl.SSLContext.wrap_socket``."""
    plain.server_name = server_hostname
    return plain


class _Hook:
    """Python's own witness: it hears whoever reaches out, in whatever library and below every substitute."""

    def __init__(self) -> None:
        self.network: Network | None = None
        sys.addaudithook(self)  # for good: Python lets nobody take one away

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.network is not None and event in REACHING_OUT:
            self.network.contacts.append(f"{event} {arguments[REACHING_OUT[event]]!r}")


_HOOK = _Hook()
