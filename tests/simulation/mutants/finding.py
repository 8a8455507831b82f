"""
Checks whether the simulation detects each mutant.

``found_at.json`` holds the seed that detected each mutant last.  It is tried first, so that only mutants that a change
moved to another seed must be searched for.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.simulation.mutants import (
    found_before,
    of_acceptance,
    of_accounts,
    of_acts,
    of_evidence,
    of_handlers,
    of_rules,
    of_tags,
    of_waits,
    of_writes,
)
from tests.simulation.mutants.mutant import Mutant
from tests.simulation.seeds import run_chunk

PARTS = (
    *(of_rules, of_tags, of_acceptance, of_acts, of_writes, of_evidence, of_waits, of_accounts, of_handlers),
    found_before,
)
MUTANTS = tuple(mutant for part in PARTS for mutant in part.MUTANTS)
FOUND_AT = Path(__file__).with_name("found_at.json")
SOURCE = Path(__file__).parents[3] / "functions"
# Imported once, in the parent of the forked processes, because every mutant needs it and none changes it.
COMMON = [
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.data_classes",
    "botocore.client",
    "crhelper",
    "msgspec",
    "pytest",
]


def recorded() -> dict[str, int]:
    """Return ``{name of a mutant: seed}`` as recorded."""
    return dict(json.loads(FOUND_AT.read_text()))


def record(seeds: Mapping[str, int]) -> None:
    """Record the seeds of *seeds*, and forget mutants that no longer exist."""
    known = {**recorded(), **seeds}
    kept = {mutant.name: known[mutant.name] for mutant in MUTANTS if mutant.name in known}
    FOUND_AT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


def find(mutant: Mutant, seeds: int, first: int | None) -> tuple[int, str] | str:
    """
    Return the seed that detects *mutant*, and its finding; otherwise the reason why it was not detected.

    Args:
        mutant: The mutant.

        seeds: How many seeds to try.

        first: A seed to try before them.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "functions"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        try:
            mutant.apply(copy / "finalize_cutover")
        except ValueError as error:
            return str(error)
        sys.path.insert(0, str(copy))
        for tried in (range(0) if first is None else range(first, first + 1), range(seeds)):
            _, found, _ = run_chunk(tried)
            if found:
                return found[0]
        return f"not found by {seeds} seeds"


def find_all(
    mutants: Sequence[Mutant], seeds: int, rare_seeds: int, first: Mapping[str, int]
) -> Iterator[tuple[Mutant, tuple[int, str] | str]]:
    """Yield each of *mutants* with its result; *first* has the seed to try first for each name."""
    context = get_context("forkserver")
    context.set_forkserver_preload(COMMON)
    limits = [rare_seeds if mutant.is_rare else seeds for mutant in mutants]
    firsts = [first.get(mutant.name) for mutant in mutants]
    # One process per mutant, because each has its own copy of the function.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context, max_tasks_per_child=1) as crew:
        yield from zip(mutants, crew.map(find, mutants, limits, firsts), strict=True)
