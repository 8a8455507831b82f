"""boto3's clients with botocore's own stubber behind them: requests are checked against the API model."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from botocore.stub import Stubber

from finalize_cutover.aws.ec2 import AwsInstances
from finalize_cutover.aws.mgn import AwsMgn
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.clock import WallClock

SERVER = "s-0123456789abcdef0"


@contextmanager
def stubbed(service: str) -> Iterator[tuple[Any, Stubber]]:
    """Yield a client of *service* and its stubber; in the end, everything that was expected must have been asked."""
    client = _client(service)
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


@cache
def _client(service: str) -> Any:
    # EC2's model takes a while to read; a stubber leaves its client as it was.
    return boto3.session.Session().client(service, region_name="eu-west-1")


def source_servers(*server_ids: str) -> dict[str, Any]:
    """Return an answer of DescribeSourceServers."""
    return {"items": [{"sourceServerID": server_id} for server_id in server_ids]}


# A limit that no test comes to.
UNHURRIED = TimeLimit(WallClock(), until=datetime(2100, 1, 1, tzinfo=UTC))


def mgn_of(client: Any, **differences: Any) -> AwsMgn:
    """Return MGN behind *client*, for reads and writes, without a limit that a test comes to."""
    return AwsMgn(lambda: client, **{"writer": lambda: client, "limit": UNHURRIED, **differences})


def ec2_of(client: Any) -> AwsInstances:
    """Return EC2 behind *client*, likewise."""
    return AwsInstances(lambda: client, limit=UNHURRIED)


def at_once() -> None:
    """Let a write be sent."""
