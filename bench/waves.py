"""
Measures the finalization of waves while MGN throttles, compared with other ways to finalize them.

AWS publishes no request rates for MGN; 10 calls per second and 100 ms per call are an assumption.
"""

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.environment import isolated
from bench.figure import Figure
from bench.plan import Plan
from bench.seeding import most_reads, not_finalized, seed_wave
from bench.way_process import ready
from bench.ways import OURS, PEERS
from local.client import LocalAws

CALLS_PER_SECOND = 10
LATENCY_MS = 100
OK, THROTTLED = 200, 429
MB = 1e6
WAYS = (OURS, *PEERS)
# A small wave ends before the rate limit has an effect, so it has no target.
MOST_TIMES_LEAST = {200: 1.08, 1000: 1.05}
# Maximum age of the evidence for a write.
SECONDS_A_LOOK = 15
MOST_MB = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The measurements of one way for one wave."""

    seconds: float
    cpu_seconds: float
    calls: int
    looks: int
    throttled: int
    not_finalized: int
    peak_mb: float


GROWING: dict[str, Callable[[Course], float]] = {
    "calls": lambda course: course.calls,
    "time": lambda course: course.seconds,
    "CPU time": lambda course: course.cpu_seconds,
}


def measure(local_aws: LocalAws, plan: Plan) -> Iterator[Figure]:
    """Yield the measurements of the plan's waves, and their growth from the smallest to the largest wave."""
    courses = {size: {way: _course(local_aws, way, size) for way in WAYS} for size in plan.waves}
    for size in plan.waves:
        yield from _figures(size, courses[size])
    smallest, largest = plan.waves[0], plan.waves[-1]
    for name, amount in GROWING.items():
        exponents = {
            way: math.log(amount(courses[largest][way]) / amount(courses[smallest][way])) / math.log(largest / smallest)
            for way in WAYS
        }
        yield _figure(f"growth of {name}, from {smallest} to {largest:,}: exponent", exponents, is_exponent=True)


def _course(local_aws: LocalAws, way: str, size: int) -> Course:
    local_aws.reset()
    warm_up_server = local_aws.add_source_server("ready")["sourceServerID"]
    wave = seed_wave(local_aws, size)
    with ready(way, warm_up_server=warm_up_server, environment=isolated(os.environ, local_aws.url)) as process:
        local_aws.clear_calls()
        local_aws.set_pace(latencyMs=LATENCY_MS, callsPerSecond=CALLS_PER_SECOND)
        effort = process.finalize(wave)
        local_aws.set_pace()
    calls = local_aws.calls()
    statuses = Counter(call["status"] for call in calls)
    return Course(
        seconds=effort.seconds,
        cpu_seconds=effort.cpu_seconds,
        calls=statuses.total() - statuses[THROTTLED],
        looks=sum(call["operation"] == "DescribeJobs" and call["status"] == OK for call in calls),
        throttled=statuses[THROTTLED],
        not_finalized=not_finalized(local_aws, wave),
        peak_mb=effort.peak_bytes / MB,
    )


def _figures(size: int, courses: dict[str, Course]) -> Iterator[Figure]:
    wave, calls = f"{size:,} servers", size + most_reads(size)
    least = calls / CALLS_PER_SECOND
    rows: list[tuple[str, str, Callable[[Course], float], float | None]] = [
        (
            f"time ÷ {least:,.1f} s for {calls:,} calls",
            "",
            lambda course: course.seconds / least,
            MOST_TIMES_LEAST.get(size),
        ),
        ("calls per server", "", lambda course: course.calls / size, None),
        # One per job, and one more for each 15 s of writing.
        (
            "reads of the jobs",
            "",
            lambda course: course.looks,
            math.ceil(size / 200) + math.ceil(least / SECONDS_A_LOOK),
        ),
        ("throttled calls", "", lambda course: course.throttled, None),
        ("servers not finalized", "", lambda course: course.not_finalized, 0),
        ("CPU time", "s", lambda course: course.cpu_seconds, None),
        ("peak memory", "MB", lambda course: course.peak_mb, MOST_MB),
    ]
    for name, unit, amount, at_most in rows:
        values = {way: amount(course) for way, course in courses.items()}
        yield _figure(f"{wave}: {name}", values, unit=unit, at_most=at_most)


def _figure(name: str, values: dict[str, float], **rest: Any) -> Figure:
    peers = {PEERS[way]: value for way, value in values.items() if way in PEERS}
    return Figure(name=name, ours=values[OURS], peers=peers, **rest)
