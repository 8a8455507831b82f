"""
Measures sweeps over many approved source servers, of which many are blocked for good, each with its own launch job.

The blocked ones cost most: source servers that were launched together share one log, these have one each.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

from bench.environment import isolated
from bench.figure import Figure
from bench.plan import Plan
from bench.seeding import AT_MOST_TOGETHER, Wave, not_finalized
from bench.way_process import WayProcess, ready
from local.client import LocalAws

LATENCY_MS = 100
MOST_MB = 256
MB = 1e6
APPROVED = {"FinalizeCutover": "approved"}
JOBS = itertools.count()
# Seconds of a short invocation, and of the deployed function.
SHORT, LONG = 60, 900


def measure(local_aws: LocalAws, plan: Plan) -> Iterator[Figure]:
    """Yield the figures of two short sweeps, each with one ready server, and of a long sweep over the whole fleet."""
    blocked, fleet = plan.swept
    with _sweeping(local_aws, blocked, SHORT) as process:
        for environment in ("new", "warm"):
            name = f"{blocked:,} blocked, 1 ready, {environment} environment"
            yield from _figures(name, local_aws, process, _add_ready(local_aws, 1), SHORT)
    with _sweeping(local_aws, blocked, LONG) as process:
        name = f"{blocked:,} blocked, {fleet - blocked:,} ready"
        yield from _figures(name, local_aws, process, _add_ready(local_aws, fleet - blocked), LONG)


@contextmanager
def _sweeping(local_aws: LocalAws, blocked: int, seconds: int) -> Iterator[WayProcess]:
    """Add *blocked* source servers, and yield a process whose sweeps have *seconds*."""
    local_aws.reset()
    warm_up_server = local_aws.add_source_server("ready")["sourceServerID"]
    for _ in range(blocked):
        local_aws.add_source_server("impaired", tags=APPROVED)
    environment = isolated(os.environ, local_aws.url) | {"SWEEP_SECONDS": str(seconds)}
    with ready("sweep", warm_up_server=warm_up_server, environment=environment) as process:
        yield process


def _add_ready(local_aws: LocalAws, count: int) -> Wave:
    """Add *count* ready source servers, up to 200 per job."""
    server_ids: list[str] = []
    for number in range(count):
        if number % AT_MOST_TOGETHER == 0:
            job_id = f"mgnjob-{next(JOBS):017}"
        added = local_aws.add_source_server("ready", tags=APPROVED, jobID=job_id)
        server_ids.append(added["sourceServerID"])
    return Wave(id="", server_ids=tuple(server_ids))


def _figures(name: str, local_aws: LocalAws, process: WayProcess, wave: Wave, seconds: int) -> Iterator[Figure]:
    local_aws.clear_calls()
    local_aws.set_pace(latencyMs=LATENCY_MS)
    effort = process.finalize(wave)
    local_aws.set_pace()
    calls = local_aws.calls()
    written_at = [call["receivedAt"] for call in calls if call["operation"] == "FinalizeCutover"]
    is_audited = any("CUTOVER" in str(call["parameters"].get("filters", {}).get("lifeCycleStates")) for call in calls)
    yield Figure(name=f"{name}: time", unit="s", ours=effort.seconds, at_most=seconds)
    if written_at:
        last = max(written_at) - calls[0]["receivedAt"]
        yield Figure(name=f"{name}: until the last is finalized", unit="s", ours=last)
    yield Figure(name=f"{name}: not finalized", ours=not_finalized(local_aws, wave), at_most=0)
    yield Figure(name=f"{name}: audits skipped", ours=int(not is_audited), at_most=0)
    yield Figure(name=f"{name}: reads", ours=sum(call["operation"] != "FinalizeCutover" for call in calls))
    yield Figure(name=f"{name}: reads of logs", ours=sum(call["operation"] == "DescribeJobLogItems" for call in calls))
    yield Figure(name=f"{name}: peak memory", unit="MB", ours=effort.peak_bytes / MB, at_most=MOST_MB)
