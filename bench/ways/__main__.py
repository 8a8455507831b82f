"""Prepare, print ``ready``, and finalize the waves that are given on the standard input."""

import json
import os
import sys
import time
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

from bench.ways.memory import peak_bytes


def main(way: str, warm_up_server: str) -> None:
    """Read each wave from a line, and print its cost as a line."""
    answers = sys.stdout
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        module = import_module(f"bench.ways.{way}")
        module.prepare(warm_up_server)
        print("ready", file=answers, flush=True)
        while line := sys.stdin.readline():
            wave = json.loads(line)
            start, cpu_start = time.perf_counter(), _cpu_seconds()
            module.finalize(wave["id"], wave["serverIDs"])
            effort = {"seconds": time.perf_counter() - start, "cpuSeconds": _cpu_seconds() - cpu_start}
            print(json.dumps({**effort, "peakBytes": peak_bytes()}), file=answers, flush=True)


def _cpu_seconds() -> float:
    """Return the CPU time of this process and of its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


main(*sys.argv[1:])
