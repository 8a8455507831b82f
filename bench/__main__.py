"""
Run the benchmarks, print the figures, and fail if a figure misses its target.

``QUICK=1`` runs a short version; ``--json FILE`` also writes the figures as JSON.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

import msgspec

from bench import local_aws
from bench.figure import Figure
from bench.plan import Plan, chosen
from bench.table import render

MEASUREMENTS = ("one_request", "acceptance", "evidence", "waves", "sweep", "accounts", "cold_start", "command_line")
GIVING_UP = "If a way left servers unfinalized, its time is the time until it gave up."


def main() -> int:
    """Return 1 if a figure misses its target, else 0."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.strip().splitlines()[0])
    parser.add_argument(
        "--only", choices=MEASUREMENTS, action="append", help="run only this benchmark; can be repeated"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    arguments = parser.parse_args()
    start = time.monotonic()
    measured = dict(_measured(arguments.only or MEASUREMENTS, chosen(os.environ)))
    for name, figures in measured.items():
        print(f"\n{render(_title(name), figures)}")
    print(f"\n{GIVING_UP}")
    seconds, load = time.monotonic() - start, os.getloadavg()[0]
    print(f"Measured in {seconds:.0f} s on {os.cpu_count()} CPUs with a load of {load:.1f}.")
    everything = [figure for figures in measured.values() for figure in figures]
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode([asdict(f) for f in everything]), indent=2))
    return int(not all(figure.is_reached for figure in everything))


def _measured(names: Sequence[str], plan: Plan) -> Iterator[tuple[str, list[Figure]]]:
    for name in names:
        print(f"Measuring: {_title(name)} …", file=sys.stderr, flush=True)
        # Each benchmark gets its own server and its own variables, so that the state of one does not affect another.
        with local_aws.serving() as served, patch.dict(os.environ):
            yield name, list(import_module(f"bench.{name}").measure(served, plan))


def _title(name: str) -> str:
    return name.replace("_", " ")


if __name__ == "__main__":
    sys.exit(main())
