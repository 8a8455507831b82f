"""boto3 clients with botocore's stubber, which validates requests against the API model."""

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
    """Yield a client of *service* and its stubber; at the end of the block, check that all requests were sent."""
    client = _client(service)
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


@cache
def _client(service: str) -> Any:
    # EC2's model takes a while to load; a stubber restores its client.
    return boto3.session.Session().client(service, region_name="eu-west-1")


def source_servers(*server_ids: str) -> dict[str, Any]:
    """Return a response of DescribeSourceServers."""
    return {"items": [{"sourceServerID": server_id} for server_id in server_ids]}


# A limit that no test reaches.
UNHURRIED = TimeLimit(WallClock(), until=datetime(2100, 1, 1, tzinfo=UTC))


def mgn_of(client: Any, **differences: Any) -> AwsMgn:
    """Return the MGN adapter with *client* for reads and writes, with a limit that no test reaches."""
    return AwsMgn(lambda: client, **{"writer": lambda: client, "limit": UNHURRIED, **differences})


def ec2_of(client: Any) -> AwsInstances:
    """Return the EC2 adapter with *client* and the same limit."""
    return AwsInstances(lambda: client, limit=UNHURRIED)


def at_once() -> None:
    """Allow the write."""
