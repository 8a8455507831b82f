"""In CI, a test that cannot run is a failure."""

import os
import subprocess
import sys

import pytest

from tests.e2e.conftest import ROOT

# By a fixture, by a mark, and by the test itself.
SKIPPED = """
import pytest

@pytest.fixture
def engine():
    pytest.skip("no engine answers")

def test_one(engine): pass

@pytest.mark.skipif(True, reason="no engine answers")
def test_two(): pass

def test_three(): pytest.skip("no engine answers")
"""


@pytest.fixture
def run(tmp_path):
    """Run skipped tests in the given environment; return the exit code and the output."""
    test = tmp_path / "test_skipped.py"
    test.write_text(SKIPPED)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.e2e.skips", "--rootdir", tmp_path, test]
    kept = {name: value for name, value in os.environ.items() if name != "CI"}

    def run(environment):
        ended = subprocess.run(command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout

    return run


def test_a_skip_is_a_failure_in_ci_with_its_reason(run):
    code, printed = run({"CI": "true"})

    assert code == 1
    assert "1 failed, 2 errors" in printed  # pytest calls a failure before the test itself an error
    assert printed.count("no engine answers") >= 3


def test_a_skip_is_none_anywhere_else(run):
    code, printed = run({})

    assert code == 0
    assert "3 skipped" in printed
