"""
Run simulated histories: ``make simulate SEEDS=20000``, or one of them with a complete trace, ``SEED=123``.

To simulate another copy of the function, put it first in PYTHONPATH.
"""

import argparse
import os
import sys
import time
from collections import Counter

from tests.conftest import isolate
from tests.simulation.seeds import run_chunks

SHOWN = 5  # findings


def replay(seed: int) -> int:
    """Run *seed* again, and print its trace."""
    isolate(os.environ)
    from tests.simulation.story.history import run  # noqa: PLC0415 - after isolation

    outcome = run(seed, is_traced=True)
    for line in outcome.lines:
        _say(line)
    _say("\n".join(map(str, outcome.violations)) or f"Seed {seed}: nothing found.")
    return int(bool(outcome.violations))


def run_all(count: int, *, jobs: int, stops_at_first: bool) -> int:
    """Run the first *count* seeds with *jobs* processes, and print the findings."""
    began = time.monotonic()
    counts: Counter[str] = Counter()
    found: list[tuple[int, str]] = []
    oldest = 0.0
    for chunk_counts, chunk_found, chunk_oldest in run_chunks(count, jobs=jobs):
        counts += chunk_counts
        found += chunk_found
        oldest = max(oldest, chunk_oldest)
        if found and stops_at_first:
            break
    for seed, words in sorted(found)[:SHOWN]:
        _say(f"Seed {seed}: {words[:1000]}\n  To run it again: make simulate SEED={seed}")
    if not found:
        _say("\n".join(f"{number:>9} {what}" for what, number in sorted(counts.items())))
        _say(f"The oldest evidence at a write was read {oldest:.2f} s before.")
        _say(f"{count} histories in {time.monotonic() - began:.0f} s: nothing found.")
    return int(bool(found))


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--stop-at-first", action="store_true")
    options = parser.parse_args()
    if options.seed is not None:
        return replay(options.seed)
    return run_all(options.seeds, jobs=options.jobs, stops_at_first=options.stop_at_first)


if __name__ == "__main__":
    sys.exit(main())
