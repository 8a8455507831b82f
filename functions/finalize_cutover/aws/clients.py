"""boto3 clients, with explicit timeouts and retries."""

import itertools
import threading
from functools import partial
from typing import Any, TypeAlias

import boto3
import botocore.session
from botocore.config import Config

from finalize_cutover.aws import before_send, only_json
from finalize_cutover.aws.roles import Member, session_in

# The timeouts of one attempt add up to ATTEMPT in cutover/time_budget.py.
TIMES: dict[str, Any] = {"connect_timeout": 2, "read_timeout": 8}  # seconds
# Slowest read: 3 attempts x (2 s to connect + 8 s to read) + 3 s between them = 33 s, unless the time limit
# (time_limit.py) ends it earlier.
READS = Config(**TIMES, retries={"mode": "standard", "total_max_attempts": 3})
# A write is sent once, because all checks must run again before another attempt.  The SDK would delay and repeat the
# write inside the call, after the checks.
WRITES = Config(**TIMES, retries={"mode": "standard", "total_max_attempts": 1})

SDK_VERSION: str = botocore.__version__

# Environment variables and values that select boto3's endpoints, Region and access key.
Endpoints: TypeAlias = tuple[tuple[str, str], ...]

# The clients of so many member accounts are kept; those of one need about 10 MB.  More than a sweep reads at a time.
MOST_MEMBERS = 8


class Clients:
    """boto3 clients; each is created on first use, and kept unless its member account was not used for long."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, Endpoints, Member | None, bool], Any] = {}
        self._sessions: dict[tuple[Endpoints, Member | None], boto3.session.Session] = {}
        self._own: dict[Endpoints, botocore.session.Session] = {}
        self._uses = itertools.count()
        self._last_use: dict[Member, int] = {}
        # A session must not create clients in several threads; the clients themselves are safe to share.
        self._lock = threading.RLock()

    def get(
        self, service: str, endpoints: Endpoints = (), member: Member | None = None, *, writes: bool = False
    ) -> Any:
        """
        Return the client for *service*, such as ``mgn``.

        Args:
            service: boto3's name of the service.

            endpoints: Environment variables for boto3; other values need another client.

            member: The member account; None for the function's own account.

            writes: Whether the client sends each request once, after a last check.
        """
        key = (service, endpoints, member, writes)
        if member:
            self._last_use[member] = next(self._uses)
        # A client that exists is returned without waiting for another thread that creates one.
        if client := self._clients.get(key):
            return client
        with self._lock:
            if key not in self._clients:
                self._forget_members(except_for=member)
                self._clients[key] = _client(self._session(endpoints, member), service, writes=writes)
            return self._clients[key]

    def _session(self, endpoints: Endpoints, member: Member | None) -> boto3.session.Session:
        """Return the session of an account; its clients share loaded data and credentials."""
        key = (endpoints, member)
        if key not in self._sessions:
            # Not boto3's default session, because other code in this process shares it.
            own = self._own.setdefault(endpoints, botocore.session.get_session())
            self._sessions[key] = (
                session_in(member, create_client=partial(self._create_from, own), own=own)
                if member
                else boto3.session.Session(botocore_session=own)
            )
        return self._sessions[key]

    def _create_from(self, own: botocore.session.Session, service: str, **options: Any) -> Any:
        """Return a client that botocore itself needs, in any thread, to fetch credentials."""
        with self._lock:
            return own.create_client(service, config=READS, **options)

    def _forget_members(self, *, except_for: Member | None) -> None:
        """Drop the sessions and clients of the member accounts that were not used for longest."""
        others = {member for _, member in self._sessions if member} - {except_for}
        newest_first = sorted(others, key=lambda member: -self._last_use[member])
        for dropped in newest_first[MOST_MEMBERS - 1 :]:
            self._sessions = {key: session for key, session in self._sessions.items() if key[1] != dropped}
            self._clients = {key: client for key, client in self._clients.items() if key[2] != dropped}


def _client(session: boto3.session.Session, service: str, *, writes: bool) -> Any:
    made = session.client(service, config=WRITES if writes else READS)  # type: ignore[call-overload]  # any service
    only_json.install(made, service)
    if writes:
        before_send.install(made)
    return made
