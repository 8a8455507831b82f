"""
The cost of a sweep over many accounts, while MGN throttles in each of them.

A quarter of the source servers in cutover are impaired; the others are ready and approved.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.environment import isolated
from bench.figure import Figure
from bench.plan import Plan
from bench.seeding import TWO_HOURS, Wave, mgn
from bench.way_process import Effort, ready
from local.client import LocalAws

CALLS_PER_SECOND = 10
LATENCY_MS = 100
APPROVED = {"FinalizeCutover": "approved"}
MB = 1e6
MOST_MB = 256
MOST_SWEEPS = 2
# A member account costs one AssumeRole, which the function's own account does not.
MOST_MORE_CALLS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep, or a few, cost."""

    efforts: tuple[Effort, ...]
    calls_per_server: float
    not_finalized: int


def measure(local_aws: LocalAws, plan: Plan) -> Iterator[Figure]:
    """Yield the cost of sweeps over the plan's accounts, and over one account of the same size."""
    alone = _sweep(local_aws, 1, plan.servers_each)
    many = _sweep(local_aws, plan.accounts, plan.servers_each)
    name = f"{plan.accounts} accounts with {plan.servers_each} servers each"
    least = _ready(plan.servers_each) / CALLS_PER_SECOND
    yield Figure(name=f"{name}: sweeps until no ready server is left", ours=len(many.efforts), at_most=MOST_SWEEPS)
    yield Figure(name=f"{name}: ready servers not finalized", ours=many.not_finalized, at_most=0)
    yield Figure(name=f"{name}: time of the first sweep", unit="s", ours=many.efforts[0].seconds)
    yield Figure(name=f"{name}: the same ÷ {least:.1f} s for the writes of one", ours=many.efforts[0].seconds / least)
    most_calls = alone.calls_per_server + MOST_MORE_CALLS / plan.servers_each
    yield Figure(
        name=f"{name}: calls per server",
        ours=many.calls_per_server,
        at_most=most_calls,
        peers={"one account": alone.calls_per_server},
    )
    peak = max(effort.peak_bytes for effort in many.efforts) / MB
    alone_peak = max(effort.peak_bytes for effort in alone.efforts) / MB
    yield Figure(name=f"{name}: peak memory", unit="MB", ours=peak, at_most=MOST_MB, peers={"one account": alone_peak})


def _sweep(local_aws: LocalAws, accounts: int, size: int) -> Swept:
    """Sweep until no ready server is left, but at most once more than the target."""
    local_aws.reset()
    warm_up_server = local_aws.add_source_server("ready")["sourceServerID"]
    ids = [local_aws.account, *(f"{number:012}" for number in range(1, accounts))]
    for account in ids:
        _launch(local_aws, account, size)
    local_aws.advance(TWO_HOURS)
    for account in ids:
        _impair(local_aws, account, size)
    environment = isolated(os.environ, local_aws.url) | {
        "AWS_ENDPOINT_URL_STS": local_aws.url,
        "SWEEP_SECONDS": "900",
        "MEMBER_ROLE_NAME": "FinalizeCutoverMember",
        "MEMBER_ACCOUNTS": ",".join(ids[1:]),
    }
    efforts: list[Effort] = []
    calls, left = 0, len(ids) * _ready(size)
    while left and len(efforts) <= MOST_SWEEPS:
        with ready("sweep", warm_up_server=warm_up_server, environment=environment) as process:
            local_aws.clear_calls()
            local_aws.set_pace(latencyMs=LATENCY_MS, callsPerSecond=CALLS_PER_SECOND)
            efforts.append(process.finalize(Wave(id="", server_ids=())))
            local_aws.set_pace()
        calls += len(local_aws.calls())
        left = sum(_not_finalized(local_aws, account, size) for account in ids)
    return Swept(efforts=tuple(efforts), calls_per_server=calls / (len(ids) * size), not_finalized=left)


def _launch(local_aws: LocalAws, account: str, size: int) -> None:
    """Launch the cutovers of *size* approved servers in one job."""
    there = LocalAws(local_aws.url, account=account)
    added = [there.add_source_server("replicating", tags=APPROVED)["sourceServerID"] for _ in range(size)]
    mgn(local_aws).start_cutover(sourceServerIDs=added, accountID=account)


def _impair(local_aws: LocalAws, account: str, size: int) -> None:
    """Let the launched instances of a quarter of the servers be impaired."""
    there = LocalAws(local_aws.url, account=account)
    in_cutover = [server for server in _servers(local_aws, account) if server["tags"]]
    for server in in_cutover[_ready(size) :]:
        there.change_instance(server["launchedInstance"]["ec2InstanceID"], instanceStatus="impaired")


def _ready(size: int) -> int:
    return size - size // 4


def _servers(local_aws: LocalAws, account: str) -> list[Any]:
    pages = mgn(local_aws).get_paginator("describe_source_servers").paginate(filters={}, accountID=account)
    return [server for page in pages for server in page["items"]]


def _not_finalized(local_aws: LocalAws, account: str, size: int) -> int:
    """Return the number of ready servers of *account* that are still in cutover."""
    states = [server["lifeCycle"]["state"] for server in _servers(local_aws, account)]
    return states.count("CUTTING_OVER") - (size - _ready(size))
