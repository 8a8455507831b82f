"""
An HTTP(S) endpoint that replaces S3 for response URLs.

It refuses what S3 refuses: methods other than PUT, a URL that it did not sign, a content type (some of CloudFormation's
URLs sign an empty one), and a body without a length.  It does not check the body.
"""

import contextlib
import shutil
import ssl
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from local.cloudformation import certificate, faults, response_url
from local.cloudformation.faults import Fault
from local.cloudformation.mailbox import Mailbox, Put
from local.cloudformation.requests import Document
from local.cloudformation.s3_server import S3Server

HOST = "127.0.0.1"


class Endpoint:
    """
    Generates response URLs, and receives the requests to them.

    Args:
        scheme: ``https`` with a temporary certificate, or ``http``.

    Attributes:
        host: ``host:port`` of all response URLs.

        certificate_file: Certificate that clients must trust; None without TLS.

        puts: All received requests, to any URL, in order.

        now: Returns the time at which a URL is signed; replace it to simulate an old request.
    """

    def __init__(self, scheme: Literal["https", "http"] = "https") -> None:
        self.puts: list[Put] = []
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.certificate_file: Path | None = None
        self._scheme = scheme
        self._mailboxes: dict[str, Mailbox] = {}
        self._faults: deque[Fault] = deque()
        self._lock = threading.Lock()
        self._server = S3Server((HOST, 0), self, self._tls() if scheme == "https" else None)
        self.host = f"{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def open(self, document: Document) -> Mailbox:
        """Sign a response URL for *document*; return a mailbox with a copy of *document* that contains the URL."""
        path, query = response_url.path(document), response_url.signed_query(document, self.now())
        target = f"{path}?{query}"
        mailbox = Mailbox(document={**document, "ResponseURL": f"{self._scheme}://{self.host}{target}"}, target=target)
        with self._lock:
            self._mailboxes[path] = mailbox
        return mailbox

    def script(self, *to_come: Fault) -> None:
        """Apply the faults *to_come* to the next valid PUTs, one fault to each."""
        with self._lock:
            self._faults.extend(to_come)

    def receive(self, put: Put) -> Fault:
        """Record *put* with its result; return how to respond to it."""
        with self._lock:
            mailbox = self._mailboxes.get(put.target.partition("?")[0])
            status = _refusal(put, mailbox)
            fault = faults.refused(status) if status else self._faults.popleft() if self._faults else faults.NONE
            put.stored, put.status = fault.stored, fault.status
            self.puts.append(put)
            if mailbox:
                mailbox.keep(put)
        return fault

    def stop(self) -> None:
        """Stop the endpoint."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self.certificate_file:
            shutil.rmtree(self.certificate_file.parent)

    def _tls(self) -> ssl.SSLContext:
        self.certificate_file, server_file = certificate.write(Path(tempfile.mkdtemp(prefix="cloudformation-")))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server_file)
        return context


@contextlib.contextmanager
def serving(scheme: Literal["https", "http"] = "https") -> Iterator[Endpoint]:
    """Yield an endpoint, and stop it at the end of the block."""
    endpoint = Endpoint(scheme)
    try:
        yield endpoint
    finally:
        endpoint.stop()


def _refusal(put: Put, mailbox: Mailbox | None) -> int | None:
    """Return the status with which S3 refuses *put*; None if S3 accepts it."""
    if mailbox is None or put.target != mailbox.target or put.method != "PUT" or put.headers.get("content-type"):
        return 403  # SignatureDoesNotMatch
    return None if "content-length" in put.headers else 411  # MissingContentLength
