"""Checks whether the simulation detects each mutant."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
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
MORE = 5
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


def find(mutant: Mutant, seeds: int) -> tuple[int, str] | str:
    """Return the first seed that detects *mutant*, and its finding; otherwise the reason why it was not detected."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "functions"
        shutil.copytree(SOURCE, copy)
        try:
            mutant.apply(copy / "finalize_cutover")
        except ValueError as error:
            return str(error)
        sys.path.insert(0, str(copy))
        seeds *= MORE if mutant.is_rare else 1
        _, found, _ = run_chunk(range(seeds))
        return found[0] if found else f"not found by {seeds} seeds"


def find_all(seeds: int, *, rare_too: bool) -> Iterator[tuple[Mutant, tuple[int, str] | str]]:
    """Yield each mutant with its result."""
    mutants = [mutant for mutant in MUTANTS if rare_too or not mutant.is_rare]
    context = get_context("forkserver")
    context.set_forkserver_preload(COMMON)
    # One process per mutant, because each has its own copy of the function.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context, max_tasks_per_child=1) as crew:
        yield from zip(mutants, crew.map(find, mutants, [seeds] * len(mutants)), strict=True)
