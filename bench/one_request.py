"""The cost of one request: the calls to AWS, and the function's own time in a warm invocation."""

import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.client import BaseClient
from botocore.httpsession import URLLib3Session

from bench.environment import FUNCTIONS, isolated, without_output
from bench.figure import Figure
from bench.plan import Plan
from bench.seeding import most_reads, seed_wave
from local.client import LocalAws

WRITES = {"FinalizeCutover", "MarkAsArchived"}
# The first invocations create the clients and connect.
WARM_UP = 5
# Maximum number of servers in one job: https://docs.aws.amazon.com/general/latest/gr/mgn.html
# The job's log has two pages, so a wave, which must be resolved first, needs at least seven reads.
ONE_JOB = 200


def measure(local_aws: LocalAws, plan: Plan) -> Iterator[Figure]:
    """Yield the cost of one ready server, one finalized server, and the servers of one job."""
    os.environ.update(isolated(os.environ, local_aws.url))
    sys.path.insert(0, str(FUNCTIONS))
    with without_output():
        from finalize_cutover.app import lambda_handler  # noqa: PLC0415

        for scenario, reads, writes in (("ready", 4, 1), ("finalized", 1, 0)):
            name = f"one {scenario} server"
            times = [_own_ms(local_aws, scenario, lambda_handler) for _ in range(WARM_UP + plan.invocations)]
            own, with_boto3 = map(statistics.median, zip(*times[WARM_UP:], strict=True))
            yield from _calls(name, local_aws, reads, writes)
            yield Figure(name=f"{name}: own time, warm", unit="ms", ours=own, at_most=5)
            yield Figure(name=f"{name}: own time and boto3's", unit="ms", ours=with_boto3)
        yield from _one_job(local_aws, lambda_handler)


def _one_job(local_aws: LocalAws, handler: Any) -> Iterator[Figure]:
    for selector, reads in (("sourceServerIDs", most_reads(ONE_JOB)), ("waveID", None)):
        local_aws.reset()
        wave = seed_wave(local_aws, ONE_JOB)
        selected = {"waveID": wave.id, "sourceServerIDs": list(wave.server_ids)}[selector]
        local_aws.clear_calls()
        handler({selector: selected, "waitMinutes": 0})
        yield from _calls(f"{ONE_JOB} servers of one job, by {selector}", local_aws, reads, ONE_JOB)


def _calls(name: str, local_aws: LocalAws, reads: int | None, writes: int) -> Iterator[Figure]:
    operations = local_aws.operations()
    written = sum(operation in WRITES for operation in operations)
    yield Figure(name=f"{name}: reads", ours=len(operations) - written, at_most=reads)
    yield Figure(name=f"{name}: writes", ours=written, at_most=writes)


def _own_ms(local_aws: LocalAws, scenario: str, handler: Any) -> tuple[float, float]:
    """Return the time outside of boto3 calls, and the time outside of HTTP requests, both in milliseconds."""
    server_id = local_aws.add_source_server(scenario)["sourceServerID"]
    local_aws.clear_calls()
    with _timed(BaseClient, "_make_api_call") as calls, _timed(URLLib3Session, "send") as exchanges:
        start = time.perf_counter()
        report = handler({"sourceServerID": server_id, "waitMinutes": 0})
        total = time.perf_counter() - start
    if report["outcome"] != "FINALIZED":
        raise RuntimeError(f"A {scenario} server was {report['outcome']}.")
    return (total - covered(calls)) * 1000, (total - covered(exchanges)) * 1000


def covered(intervals: Iterable[tuple[float, float]]) -> float:
    """Return the time that *intervals* of start and end cover together: reads run at the same time."""
    length, reached = 0.0, float("-inf")
    for start, end in sorted(intervals):
        length += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return length


@contextmanager
def _timed(kind: type, method: str) -> Iterator[list[tuple[float, float]]]:
    """Collect the start and the end of each call of *method*, in seconds."""
    intervals: list[tuple[float, float]] = []
    original = getattr(kind, method)

    def timed(*arguments: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return original(*arguments, **options)
        finally:
            intervals.append((start, time.perf_counter()))

    setattr(kind, method, timed)
    try:
        yield intervals
    finally:
        setattr(kind, method, original)
