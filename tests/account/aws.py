"""boto3 clients with the user's own credentials."""

from typing import Any

import boto3
from botocore.config import Config

from tests.account.recording import Recorder

# Reads are repeated with growing pauses; MGN publishes no request rates.
READS = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=10, read_timeout=60)
# The function answers within 15 minutes; a repeated request would be a second one.
INVOCATIONS = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=10, read_timeout=920)
# The answer to a write is an observation, so it is sent once.
WRITES = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=10, read_timeout=60)


class Aws:
    """
    AWS in one account and Region.

    Args:
        recorder: Compares every answer of MGN.
    """

    def __init__(self, region: str, recorder: Recorder) -> None:
        self.region = region
        self._session = boto3.Session(region_name=region)
        self._recorder = recorder
        self._clients: dict[tuple[str, bool], Any] = {}

    def client(self, service: str, *, writes: bool = False) -> Any:
        """Return the client for *service*; one for writes sends each request once."""
        key = (service, writes)
        if key not in self._clients:
            config = INVOCATIONS if service == "lambda" else WRITES if writes else READS
            made: Any = self._session.client(service, config=config)  # type: ignore[call-overload]  # any service
            if service == "mgn":
                self._recorder.install(made)
            self._clients[key] = made
        return self._clients[key]

    def pages(self, service: str, method: str, member: str, **request: Any) -> list[dict[str, Any]]:
        """Return every item of a list operation."""
        pages = self.client(service).get_paginator(method).paginate(**request)
        return [item for page in pages for item in page.get(member, [])]

    def account_id(self) -> str:
        """Return the ID of the account of the credentials."""
        account_id: str = self.client("sts").get_caller_identity()["Account"]
        return account_id
