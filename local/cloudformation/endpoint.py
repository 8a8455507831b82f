"""
An HTTP(S) endpoint that stands in for S3, as far as response URLs are concerned.

It refuses what S3 refuses: another method, a URL that it did not sign, a content type (part of what some of
CloudFormation's URLs sign, as an empty one), a body without a length.  The body itself is none of its business.
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
    Hands out response URLs, and takes what is sent there.

    Args:
        scheme: ``https`` with a throw-away certificate, or ``http``.

    Attributes:
        host: ``host:port`` of every URL handed out.

        certificate_file: What clients have to trust; None without TLS.

        puts: Everything that arrived, for whatever URL, in order.

        now: Tells when a URL was signed; replace it for a request that was sent some time ago.
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
        """Sign a URL for the answer to *document*, put it into a copy, and return the mailbox for both."""
        path, query = response_url.path(document), response_url.signed_query(document, self.now())
        target = f"{path}?{query}"
        mailbox = Mailbox(document={**document, "ResponseURL": f"{self._scheme}://{self.host}{target}"}, target=target)
        with self._lock:
            self._mailboxes[path] = mailbox
        return mailbox

    def script(self, *to_come: Fault) -> None:
        """Treat the next PUTs that would be stored as *to_come* says, one each."""
        with self._lock:
            self._faults.extend(to_come)

    def receive(self, put: Put) -> Fault:
        """Record *put*, with what became of it; return how to answer it."""
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
        """Answer no more."""
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
    """Serve an endpoint for as long as the block lasts."""
    endpoint = Endpoint(scheme)
    try:
        yield endpoint
    finally:
        endpoint.stop()


def _refusal(put: Put, mailbox: Mailbox | None) -> int | None:
    """Return the status with which S3 refuses *put*, None if it does not."""
    if mailbox is None or put.target != mailbox.target or put.method != "PUT" or put.headers.get("content-type"):
        return 403  # SignatureDoesNotMatch
    return None if "content-length" in put.headers else 411  # MissingContentLength
