"""
Measure, print one table, and fail where a figure was not reached.

``QUICK=1`` measures little, ``--json FILE`` keeps the figures for programs.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import msgspec

from bench import local_aws
from bench.figure import Figure
from bench.plan import Plan, chosen
from bench.table import render

MEASUREMENTS = ("one_request", "waves", "cold_start")
GIVING_UP = "Whoever left servers behind stopped early: that is the time of giving up."


def main() -> int:
    """Return 1 if a figure was not reached, else 0."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.strip().splitlines()[0])
    parser.add_argument("--only", choices=MEASUREMENTS, action="append", help="one measurement; can be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to put the figures, too")
    arguments = parser.parse_args()
    start = time.monotonic()
    figures = list(_measured(arguments.only or MEASUREMENTS, chosen(os.environ)))
    print(render(figures))
    print(GIVING_UP)
    seconds, load = time.monotonic() - start, os.getloadavg()[0]
    print(f"Measured in {seconds:.0f} s on {os.cpu_count()} CPUs with a load of {load:.1f}.")
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode([asdict(f) for f in figures]), indent=2))
    return int(not all(figure.is_reached for figure in figures))


def _measured(names: tuple[str, ...], plan: Plan) -> Iterator[Figure]:
    for name in names:
        print(f"Measuring {name.replace('_', ' ')} …", file=sys.stderr, flush=True)
        # A server each, so that none measures what another has left behind.
        with local_aws.serving() as served:
            yield from import_module(f"bench.{name}").measure(served, plan)


if __name__ == "__main__":
    sys.exit(main())
