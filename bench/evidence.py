"""The cost of the evidence bucket: calls and time for one server, and the time for the servers of one job."""

import os
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.environment import FUNCTIONS, isolated, without_output
from bench.figure import Figure
from bench.plan import Plan
from bench.seeding import client, most_reads, not_finalized, seed_wave
from bench.way_process import ready
from local.client import LocalAws

BUCKET = "bench-evidence"
WITH_BUCKET = {"EVIDENCE_BUCKET": BUCKET}
LATENCY_MS = 100
CALLS_PER_SECOND = 10
ONE_JOB = 200
WARM_UP = 3


def measure(local_aws: LocalAws, plan: Plan) -> Iterator[Figure]:
    """Yield the calls and the time that the bucket adds for one server, and the time for the servers of one job."""
    environment = isolated(os.environ, local_aws.url)
    os.environ.update(environment)
    sys.path.insert(0, str(FUNCTIONS))
    with without_output():
        from finalize_cutover.app import lambda_handler  # noqa: PLC0415

        calls, seconds = _one_server(local_aws, lambda_handler, {}, plan)
        calls_with, seconds_with = _one_server(local_aws, lambda_handler, WITH_BUCKET, plan)
    name = "one ready server"
    yield Figure(name=f"{name}: more calls", ours=calls_with - calls, at_most=2)
    yield Figure(
        name=f"{name}, {LATENCY_MS} ms per call", unit="s", ours=seconds_with, peers={"without a bucket": seconds}
    )
    # One before the write and one after it, and the time to make the records.
    more = (seconds_with - seconds) * 1000 / LATENCY_MS
    yield Figure(name=f"{name}: more round trips", ours=more, at_most=2.5)
    yield Figure(name=f"{name}: its two records", unit="kB", ours=_stored_bytes(local_aws) / 1000)
    yield from _one_job(local_aws, environment | WITH_BUCKET)


def _one_server(local_aws: LocalAws, handler: Any, variables: dict[str, str], plan: Plan) -> tuple[int, float]:
    """Return the number of calls and the median of the seconds to finalize a ready server."""
    os.environ.pop("EVIDENCE_BUCKET", None)
    os.environ.update(variables)
    times = []
    for _ in range(WARM_UP + max(5, plan.invocations // 10)):
        _reset(local_aws)
        server_id = local_aws.add_source_server("ready")["sourceServerID"]
        local_aws.clear_calls()
        local_aws.set_pace(latencyMs=LATENCY_MS)
        start = time.perf_counter()
        report = handler({"sourceServerID": server_id, "waitMinutes": 0})
        times.append(time.perf_counter() - start)
        local_aws.set_pace()
        if report["outcome"] != "FINALIZED":
            raise RuntimeError(f"A ready server was {report['outcome']}.")
    return len(local_aws.calls()), median(times[WARM_UP:])


def _reset(local_aws: LocalAws) -> None:
    """Empty the local AWS, but for the bucket."""
    local_aws.reset()
    client(local_aws, "s3").create_bucket(
        Bucket=BUCKET,
        CreateBucketConfiguration={"LocationConstraint": local_aws.region},
        ObjectLockEnabledForBucket=True,
    )


def _stored_bytes(local_aws: LocalAws) -> int:
    listed = client(local_aws, "s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    return sum(each["Size"] for each in listed)


def _one_job(local_aws: LocalAws, environment: dict[str, str]) -> Iterator[Figure]:
    _reset(local_aws)
    warm_up_server = local_aws.add_source_server("ready")["sourceServerID"]
    wave = seed_wave(local_aws, ONE_JOB)
    with ready("this_function", warm_up_server=warm_up_server, environment=environment) as process:
        local_aws.set_pace(latencyMs=LATENCY_MS, callsPerSecond=CALLS_PER_SECOND)
        effort = process.finalize(wave)
        local_aws.set_pace()
    least = (ONE_JOB + most_reads(ONE_JOB)) / CALLS_PER_SECOND
    name = f"{ONE_JOB} servers of one job"
    yield Figure(name=f"{name}: time ÷ {least:,.1f} s", ours=effort.seconds / least, at_most=1.10)
    yield Figure(name=f"{name}: servers not finalized", ours=not_finalized(local_aws, wave), at_most=0)
    yield Figure(name=f"{name}: peak memory", unit="MB", ours=effort.peak_bytes / 1e6, at_most=256)
