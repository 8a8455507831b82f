"""The cost of the optional rules: calls per rule, and the time with every rule switched on."""

import os
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.accepted import EVERY_RULE, RULES, VALIDATOR, accept
from bench.environment import FUNCTIONS, isolated, without_output
from bench.figure import Figure
from bench.plan import Plan
from bench.seeding import most_reads, not_finalized, seed_wave
from bench.way_process import ready
from local.client import LocalAws

LATENCY_MS = 100
CALLS_PER_SECOND = 10
ONE_JOB = 200
WARM_UP = 3
# Reading the snapshots needs the volumes first: four sequential round trips, and the function's own time.
MOST_SECONDS = 0.45
MOST_TIMES_LEAST = 1.10
MB = 1e6


def measure(local_aws: LocalAws, plan: Plan) -> Iterator[Figure]:
    """Yield the calls of each rule, and the time of one server and of the servers of one job with every rule."""
    environment = isolated(os.environ, local_aws.url) | {"VALIDATOR_FUNCTION_ARN": VALIDATOR}
    os.environ.update(environment)
    sys.path.insert(0, str(FUNCTIONS))
    with without_output():
        from finalize_cutover.app import lambda_handler  # noqa: PLC0415

        for size in (1, ONE_JOB):
            yield from _calls_per_rule(local_aws, lambda_handler, size)
        yield from _one_server(local_aws, lambda_handler, plan)
    yield from _one_job(local_aws, environment)


def _calls_per_rule(local_aws: LocalAws, handler: Any, size: int) -> Iterator[Figure]:
    local_aws.reset()
    server_ids = seed_wave(local_aws, size).server_ids
    accept(local_aws, server_ids)
    without = _calls(local_aws, handler, server_ids, {})
    for rule, options in RULES.items():
        calls = _calls(local_aws, handler, server_ids, options) - without
        yield Figure(name=f"{_servers(size)}: more calls with {rule}", ours=calls)


def _calls(local_aws: LocalAws, handler: Any, server_ids: tuple[str, ...], options: dict[str, object]) -> int:
    local_aws.clear_calls()
    report = handler({"action": "check", "sourceServerIDs": list(server_ids), **options})
    if report["counts"].get("WOULD_FINALIZE") != len(server_ids):
        raise RuntimeError(f"Not every server is ready with {options}: {report['counts']}.")
    return len(local_aws.calls())


def _one_server(local_aws: LocalAws, handler: Any, plan: Plan) -> Iterator[Figure]:
    for name, options, at_most in (("every rule", EVERY_RULE, MOST_SECONDS), ("no optional rule", {}, None)):
        times = [_seconds(local_aws, handler, options) for _ in range(WARM_UP + max(5, plan.invocations // 10))]
        in_turn = len(local_aws.calls()) * LATENCY_MS / 1000
        yield Figure(
            name=f"one ready server, {name}, {LATENCY_MS} ms per call",
            unit="s",
            ours=median(times[WARM_UP:]),
            at_most=at_most,
            peers={"its calls one after another": in_turn},
        )


def _seconds(local_aws: LocalAws, handler: Any, options: dict[str, object]) -> float:
    local_aws.reset()
    server_id = local_aws.add_source_server("ready")["sourceServerID"]
    accept(local_aws, [server_id])
    local_aws.clear_calls()
    local_aws.set_pace(latencyMs=LATENCY_MS)
    start = time.perf_counter()
    report = handler({"sourceServerID": server_id, "waitMinutes": 0, **options})
    seconds = time.perf_counter() - start
    local_aws.set_pace()
    if report["outcome"] != "FINALIZED":
        raise RuntimeError(f"A ready server was {report['outcome']}.")
    return seconds


def _one_job(local_aws: LocalAws, environment: dict[str, str]) -> Iterator[Figure]:
    local_aws.reset()
    warm_up_server = local_aws.add_source_server("ready")["sourceServerID"]
    wave = seed_wave(local_aws, ONE_JOB)
    accept(local_aws, [warm_up_server, *wave.server_ids])
    with ready("every_rule", warm_up_server=warm_up_server, environment=environment) as process:
        local_aws.clear_calls()
        local_aws.set_pace(latencyMs=LATENCY_MS, callsPerSecond=CALLS_PER_SECOND)
        effort = process.finalize(wave)
        local_aws.set_pace()
    least = (ONE_JOB + most_reads(ONE_JOB)) / CALLS_PER_SECOND
    name = f"{_servers(ONE_JOB)}, every rule"
    yield Figure(name=f"{name}: time ÷ {least:,.1f} s", ours=effort.seconds / least, at_most=MOST_TIMES_LEAST)
    yield Figure(name=f"{name}: servers not finalized", ours=not_finalized(local_aws, wave), at_most=0)
    yield Figure(name=f"{name}: peak memory", unit="MB", ours=effort.peak_bytes / MB, at_most=256)


def _servers(size: int) -> str:
    return "one server" if size == 1 else f"{size} servers of one job"
