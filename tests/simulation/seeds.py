"""Runs many seeds on all processors."""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.conftest import isolate

CHUNK = 100  # number of seeds per task of a process

# Counts of events, (seed, finding), and the age of the oldest evidence at a write in seconds.
Findings = tuple[Counter[str], list[tuple[int, str]], float]


def run_chunk(seeds: range) -> Findings:
    """Run *seeds* up to the first one with a finding."""
    isolate(os.environ)
    from tests.simulation.story.history import run  # noqa: PLC0415 - the parent needs no function

    counts: Counter[str] = Counter()
    oldest = 0.0
    for seed in seeds:
        outcome = run(seed)
        counts.update(outcome.counts)
        oldest = max(oldest, outcome.oldest_evidence)
        if outcome.violations:
            return counts, [(seed, str(outcome.violations[0]))], oldest
    return counts, [], oldest


def run_chunks(count: int, *, jobs: int) -> Iterator[Findings]:
    """Run the first *count* seeds with *jobs* processes, and yield the results of each chunk."""
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    if jobs == 1:
        yield from map(run_chunk, chunks)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as crew:
        yield from crew.map(run_chunk, chunks)
