"""
A proxy for CONNECT, as a program of its own: ``python -m tests.contract.proxy_process CREDENTIALS``.

It prints its port, then one line for each request: what it was asked for, and whether it was let through.
"""

import base64
import select
import socket
import socketserver
import sys

ALLOWED = f"Basic {base64.b64encode(sys.argv[1].encode()).decode()}" if len(sys.argv) > 1 else ""


class Tunnel(socketserver.StreamRequestHandler):
    """One connection: a CONNECT, then bytes in both directions."""

    def handle(self) -> None:
        method, target, _ = self.rfile.readline().decode().split()
        lines = list(iter(lambda: self.rfile.readline().decode().strip(), ""))
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        is_allowed = method == "CONNECT" and headers.get("proxy-authorization", "") == ALLOWED
        print(method, target, "allowed" if is_allowed else "refused", flush=True)  # noqa: T201 - read by the test
        if not is_allowed:
            self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        host, port = target.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as server:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._forward(server)

    def _forward(self, server: socket.socket) -> None:
        other = {self.connection: server, server: self.connection}
        while True:
            for ready in select.select(list(other), [], [])[0]:
                if not (chunk := ready.recv(65536)):
                    return
                other[ready].sendall(chunk)


if __name__ == "__main__":
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as server:
        server.daemon_threads = True
        print(server.server_address[1], flush=True)  # noqa: T201 - read by the test
        server.serve_forever()
