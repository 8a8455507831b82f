"""boto3's clients, with explicit times and retries."""

from typing import Any

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


def new_session(member: Member | None = None) -> boto3.session.Session:
    """Return a session in our own Region, of our own account or of *member*; its clients share what they read."""
    # One of our own: boto3's default one is shared with whoever else uses boto3 in this process.
    return session_in(member, config=READS) if member else boto3.session.Session()


def client(service: str, *, session: boto3.session.Session | None = None, writes: bool = False) -> Any:
    """
    Make a client for *service*, such as ``mgn``; two of one *session* must not be made at the same time.

    Args:
        service: As boto3 names it.

        session: None for one of our own account.

        writes: Whether it sends each request once, after a last check.
    """
    made_by = session or new_session()
    made = made_by.client(service, config=WRITES if writes else READS)  # type: ignore[call-overload]  # any service
    if writes:
        before_send.install(made)
    return made
