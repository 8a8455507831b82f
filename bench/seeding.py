"""Creates waves whose cutovers were launched two hours ago."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.client import LocalAws

if TYPE_CHECKING:
    from mypy_boto3_mgn import MgnClient

# Quota of an application and of a job: https://docs.aws.amazon.com/general/latest/gr/mgn.html
AT_MOST_TOGETHER = 200
TWO_HOURS = 7200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A wave and its source servers."""

    id: str
    server_ids: tuple[str, ...]


def seed_wave(local_aws: LocalAws, size: int) -> Wave:
    """Add a wave of *size* source servers, up to 200 per application, and launch them, up to 200 per job."""
    wave_id = local_aws.add_wave()["waveID"]
    server_ids: list[str] = []
    for start in range(0, size, AT_MOST_TOGETHER):
        together = min(AT_MOST_TOGETHER, size - start)
        application_id = local_aws.add_application(waveID=wave_id)["applicationID"]
        added = [_add(local_aws, application_id) for _ in range(together)]
        mgn(local_aws).start_cutover(sourceServerIDs=added)
        server_ids += added
    local_aws.advance(TWO_HOURS)
    return Wave(id=wave_id, server_ids=tuple(server_ids))


def most_reads(size: int) -> int:
    """Return the allowed reads for *size* servers: one per 200 servers, one per 100 instances, and 3 others."""
    return math.ceil(size / 200) + math.ceil(size / 100) + 3


def not_finalized(local_aws: LocalAws, wave: Wave) -> int:
    """Return the number of servers of *wave* that MGN does not report as both CUTOVER and DISCONNECTED."""
    pages = mgn(local_aws).get_paginator("describe_source_servers").paginate(filters={})
    finalized = {
        server["sourceServerID"]
        for page in pages
        for server in page["items"]
        if server["lifeCycle"]["state"] == "CUTOVER"
        and server["dataReplicationInfo"]["dataReplicationState"] == "DISCONNECTED"
    }
    return len(set(wave.server_ids) - finalized)


def mgn(local_aws: LocalAws) -> "MgnClient":
    """Return MGN's client for calls outside of a measurement."""
    found: MgnClient = client(local_aws, "mgn")
    return found


def client(local_aws: LocalAws, service: str) -> Any:
    """Return a client of *service* for calls outside of a measurement."""
    session = boto3.session.Session()
    return session.client(  # type: ignore[call-overload] # any service
        service,
        endpoint_url=local_aws.url,
        region_name=local_aws.region,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - the local AWS takes any
        config=Config(retries={"mode": "standard"}, read_timeout=60),
    )


def _add(local_aws: LocalAws, application_id: str) -> str:
    return str(local_aws.add_source_server("replicating", applicationID=application_id)["sourceServerID"])
