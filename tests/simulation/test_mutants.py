"""The simulation detects every mutant."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants.finding import MUTANTS, PARTS, recorded
from tests.simulation.mutants.mutant import Mutant
from tests.simulation.story.history import run

ROOT = Path(__file__).parents[2]
# For mutants that a change of the function or of the histories moved to another seed than the recorded one.
SEEDS = "2000"


@pytest.mark.slow
def test_every_mutant_is_found():
    seeds = ("--seeds", SEEDS, "--rare-seeds", SEEDS)
    command = [sys.executable, "-m", "tests.simulation.mutants", "--quick", *seeds]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, (
        f"{result.stdout}{result.stderr}\nmake mutants tries more seeds of rare mutants, and records what it finds."
    )


def test_seeds_are_recorded_for_mutants_that_exist():
    assert recorded().keys() <= {mutant.name for mutant in MUTANTS}


@pytest.mark.slow
def test_the_histories_that_find_the_mutants_find_nothing_in_the_function():
    outcomes = [run(seed) for seed in sorted(set(recorded().values()))]

    assert {outcome.seed: str(outcome.violations[0]) for outcome in outcomes if outcome.violations} == {}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_fits_the_source(mutant, tmp_path):
    for name in {mutant.module, *(module for module, _, _ in mutant.also)}:
        module = tmp_path / name
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text((ROOT / "functions" / "finalize_cutover" / name).read_text())

    before = (tmp_path / mutant.module).read_text()

    mutant.apply(tmp_path)

    assert (tmp_path / mutant.module).read_text() != before


@pytest.mark.parametrize("source", ["", "a rule\na rule\n"])
def test_a_mutant_that_does_not_fit_is_an_error(source, tmp_path):
    mutant = Mutant(name="drops a rule", module="rules.py", before="a rule\n", after="")
    (tmp_path / "rules.py").write_text(source)

    with pytest.raises(ValueError, match="Mutant 'drops a rule' no longer fits"):
        mutant.apply(tmp_path)


def test_reliability_counts_the_mutants():
    page = (ROOT / "docs" / "reliability.md").read_text()
    table = page.split("### Mutants", 1)[1].split("### ", 1)[0]

    counts = [int(number) for number in re.findall(r"^\| .* \| (\d+) \|", table, re.MULTILINE)]

    assert counts == [len(part.MUTANTS) for part in PARTS]
    assert f"applies all {len(MUTANTS)}" in table
