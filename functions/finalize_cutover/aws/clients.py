"""boto3's clients, with explicit times and retries."""

from typing import Any

import boto3
from botocore.config import Config

from finalize_cutover.aws.roles import Member, session_in

# Adaptive is botocore's standard mode with a rate limiter that all threads of a client share: it does nothing until
# the service throttles, and then finds the rate that it takes.
# Slowest call: 3 attempts x (2 s to connect + 8 s to read) + 3 s between them = 33 s.  A request looks with
# 4 calls and acts with 1, so that 165 s is the worst, far below the function's Timeout of 900 s.
CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=8,
    retries={"mode": "adaptive", "total_max_attempts": 3},
)


def new_session(member: Member | None = None) -> boto3.session.Session:
    """Return a session in our own Region, of our own account or of *member*; its clients share what they read."""
    # One of our own: boto3's default one is shared with whoever else uses boto3 in this process.
    return session_in(member, config=CLIENT_CONFIG) if member else boto3.session.Session()


def client(service: str, *, session: boto3.session.Session | None = None) -> Any:
    """Make a client for *service*, such as ``mgn``; two of one *session* must not be made at the same time."""
    made_by = session or new_session()
    return made_by.client(service, config=CLIENT_CONFIG)  # type: ignore[call-overload]  # any service
