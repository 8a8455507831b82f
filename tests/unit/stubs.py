"""boto3's clients with botocore's own stubber behind them: requests are checked against the API model."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.stub import Stubber

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
