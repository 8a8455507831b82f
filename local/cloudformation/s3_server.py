"""The HTTP server of the endpoint: reads a request, and responds as the receiver decides: late, or not at all."""

import contextlib
import select
import socket
import ssl
import struct
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from local.cloudformation.faults import Fault
from local.cloudformation.mailbox import Put


class Receiver(Protocol):
    """Decides how to respond to a request."""

    def receive(self, put: Put) -> Fault: ...


class S3Server(ThreadingHTTPServer):
    """Passes requests to *receiver*; uses TLS if *tls* is given."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], receiver: Receiver, tls: ssl.SSLContext | None) -> None:
        super().__init__(address, _Handler)
        self.receiver = receiver
        self._tls = tls

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; its own thread does the TLS handshake, because a client can be slow."""
        connection, address = super().get_request()
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close *request* without a TCP shutdown, because the client would receive that before a reset."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore disconnected clients; clients disconnect if a response is slow."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: S3Server
    server_version = "AmazonS3"
    protocol_version = "HTTP/1.1"
    timeout = 30  # s

    def handle_any(self) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        put = Put(method=self.command, target=self.path, headers=headers, body=body, stored=False, status=None)
        fault = self.server.receiver.receive(put)
        time.sleep(fault.delay)
        if fault.status is None:
            # With this option, closing sends RST at once.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        # A sender sends nothing after its request, so a readable connection means that the sender has closed it.
        put.delivered = not (fault.delay and select.select([self.connection], [], [], 0)[0])
        self._answer(fault.status)
        if "content-length" not in headers:
            self._drain()

    do_PUT = do_POST = do_GET = do_DELETE = handle_any  # noqa: N815 - http.server's names

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def _drain(self) -> None:
        """Read the rest of the request: closing with unread data sends a reset, which can overtake the response."""
        self.connection.settimeout(1)
        with contextlib.suppress(OSError):
            while self.rfile.read1():
                pass

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Keep signed URLs out of the terminal."""
