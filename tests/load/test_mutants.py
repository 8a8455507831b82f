"""The mutants for the load test fit the source; ``python -m tests.load.mutants`` checks that each is detected."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.breaks import MUTANTS

ROOT = Path(__file__).parents[2]


def test_there_are_as_many_mutants_as_reliability_says():
    page = (ROOT / "docs" / "reliability.md").read_text()

    assert len(MUTANTS) == 13
    assert "apply thirteen mutants" in page


@pytest.mark.parametrize(
    "mutant", {one.name: one for together in MUTANTS.values() for one in together}.values(), ids=lambda one: one.name
)
def test_every_mutant_fits_the_source(mutant, tmp_path):
    module = tmp_path / mutant.module
    module.parent.mkdir(parents=True)
    source = (ROOT / "functions" / "finalize_cutover" / mutant.module).read_text()
    module.write_text(source)

    mutant.apply(tmp_path)

    assert module.read_text() == source.replace(mutant.before, mutant.after) != source


def test_a_misspelt_mutant_is_an_error():
    command = [sys.executable, "-m", "tests.load.mutants", "sends its answer twise"]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert "no mutant is named 'sends its answer twise', but" in result.stderr
