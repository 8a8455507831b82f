"""
Compares the start of the command line with that of the tools that its users know.

Every program only prints: its help or its version.  In each round every program starts once, so that other load on the
machine affects all of them equally.
"""

import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.figure import Figure
from bench.plan import Plan
from local.client import LocalAws

ROOT = Path(__file__).parents[1]
OURS = "mgn-finalize --help"
# Installed by `make bench`.
PROGRAMS = {
    OURS: (".venv-cli/bin/mgn-finalize", "--help"),
    "aws --version": (".venv-aws/bin/aws", "--version"),
    "sam --version": (".venv-sam/bin/sam", "--version"),
}
LONGEST = 300  # ms


def measure(_local_aws: LocalAws, plan: Plan) -> Iterator[Figure]:
    """Yield the time until each program has printed and ended."""
    _round()  # fills the disk caches
    rounds = [_round() for _ in range(plan.starts)]
    medians = {name: statistics.median(times[name] for times in rounds) for name in PROGRAMS}
    peers = {name: median for name, median in medians.items() if name != OURS}
    yield Figure(name=f"start: {OURS}", unit="ms", ours=medians[OURS], at_most=LONGEST, peers=peers)


def _round() -> Mapping[str, float]:
    """Return ``{program: milliseconds}`` of one start of each."""
    return {name: _start(ROOT / program, option) for name, (program, option) in PROGRAMS.items()}


def _start(program: Path, option: str) -> float:
    began = time.perf_counter()
    subprocess.run([program, option], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - programs named by us
    return (time.perf_counter() - began) * 1000
