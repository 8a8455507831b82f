"""A fake network in this process: it makes no connections, records all destinations, and replaces every host."""

import contextlib
import io
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

# {audit event of a connection or a name lookup: index of the address in its arguments}
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
    """One request: its destination, the server name for TLS (None without TLS), and its content."""

    host: str
    port: int
    server_name: str | None
    head: str
    body: bytes


@dataclass(slots=True)
class Network:
    """
    All hosts; they send the same response to each request.

    Attributes:
        status: HTTP status of the response.

        headers: Header lines of the response, such as a Location.

        contacts: All destinations to which code in this process tried to connect, even outside of this network.

        requests: Every HTTP request, in order.
    """

    status: int = 200
    headers: tuple[str, ...] = ()
    contacts: list[str] = field(default_factory=list)
    requests: list[HttpRequest] = field(default_factory=list)

    def connect(self, address: tuple[str, int], *_: object, **__: object) -> "_Socket":
        """Replace ``socket.create_connection``."""
        self.contacts.append(f"{address[0]}:{address[1]}")
        return _Socket(self, *address)

    def take(self, request: HttpRequest) -> bytes:
        """Record *request*; return the HTTP response."""
        self.requests.append(request)
        lines = [f"HTTP/1.1 {self.status} so it is", *self.headers, "content-length: 0", "", ""]
        return "\r\n".join(lines).encode()

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Replace this process's network during the block."""
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
    """The part of a socket that http.client needs."""

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
    """Replace ``ssl.SSLContext.wrap_socket``."""
    plain.server_name = server_hostname
    return plain


class _Hook:
    """A Python audit hook: it is called for every connection, from any library and despite any replacement."""

    def __init__(self) -> None:
        self.network: Network | None = None
        sys.addaudithook(self)  # permanent: Python cannot remove an audit hook

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.network is not None and event in REACHING_OUT:
            self.network.contacts.append(f"{event} {arguments[REACHING_OUT[event]]!r}")


_HOOK = _Hook()
