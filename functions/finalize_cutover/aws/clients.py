"""boto3's clients, with explicit times and retries."""

import threading
from typing import Any, TypeAlias

import boto3
from botocore.config import Config

from finalize_cutover.aws import before_send
from finalize_cutover.aws.roles import Member, session_in

# The times of one attempt are those of ATTEMPT in cutover/time_budget.py.
TIMES: dict[str, Any] = {"connect_timeout": 2, "read_timeout": 8}  # seconds
# Slowest read: 3 attempts x (2 s to connect + 8 s to read) + 3 s between them = 33 s, unless the time that is left
# ends it before (time_limit.py).
READS = Config(**TIMES, retries={"mode": "standard", "total_max_attempts": 3})
# A write is sent once: before another attempt everything is checked again.  The SDK would hold it back inside of the
# call, after all checks, and repeat it on a schedule of its own.
WRITES = Config(**TIMES, retries={"mode": "standard", "total_max_attempts": 1})


# Where boto3 finds AWS, and as whom: variables and their values.
Endpoints: TypeAlias = tuple[tuple[str, str], ...]


class Clients:
    """boto3's clients, each made when it is first needed, and kept as long as this object."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, Endpoints, Member | None, bool], Any] = {}
        self._sessions: dict[tuple[Endpoints, Member | None], boto3.session.Session] = {}
        # A session makes one client at a time; the clients themselves may be used by several threads.
        self._lock = threading.Lock()

    def get(
        self, service: str, endpoints: Endpoints = (), member: Member | None = None, *, writes: bool = False
    ) -> Any:
        """
        Return the client for *service*, such as ``mgn``.

        Args:
            service: As boto3 names it.

            endpoints: What the environment says of AWS: other values need other clients.

            member: Whose account to work in; None for our own.

            writes: Whether it sends each request once, after a last check.
        """
        key = (service, endpoints, member, writes)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = _client(self._session(endpoints, member), service, writes=writes)
            return self._clients[key]

    def _session(self, endpoints: Endpoints, member: Member | None) -> boto3.session.Session:
        """Return the session of an account, whose clients share what they read."""
        key = (endpoints, member)
        if key not in self._sessions:
            # One of our own: boto3's default one is shared with whoever else uses boto3 in this process.
            self._sessions[key] = session_in(member, config=READS) if member else boto3.session.Session()
        return self._sessions[key]


def _client(session: boto3.session.Session, service: str, *, writes: bool) -> Any:
    made = session.client(service, config=WRITES if writes else READS)  # type: ignore[call-overload]  # any service
    if writes:
        before_send.install(made)
    return made
