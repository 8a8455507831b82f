"""``python -m reporting`` writes a page, or exits with an error message."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.evidence_records import store_finalization
from tests.unit.wave_results import a_wave_of_60, server_id

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path):
    """Return a function that runs the program in a temporary folder."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'functions'}"}

    def run(*arguments):
        command = [sys.executable, "-m", "reporting", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


def test_results_become_a_page(run, tmp_path):
    (tmp_path / "wave.json").write_text(json.dumps(a_wave_of_60()))

    ended = run("wave.json", "--output", "new/page.html", "--change", "CHG0012345", "--requested-by", "")

    page = (tmp_path / "new" / "page.html").read_text(encoding="utf-8")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "new/page.html\n", "")
    assert "CHG0012345" in page
    assert "Requested by" not in page


def test_what_is_no_result_is_said_in_one_sentence_and_makes_no_page(run, tmp_path):
    (tmp_path / "wave.json").write_text("[]x")

    ended = run("wave.json", "--output", "page.html")

    assert ended.returncode == 1
    assert ended.stderr.startswith("wave.json is not JSON: ")
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "page.html").exists()


def test_evidence_becomes_a_page(run, tmp_path):
    store_finalization(tmp_path / "evidence")

    ended = run("evidence", "--output", "page.html")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "page.html\n", "")
    assert "The source server is finalized." in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_results_that_do_not_match_their_intents_are_on_the_page_and_make_the_program_fail(run, tmp_path):
    for number in range(3):
        key = store_finalization(tmp_path / "evidence", server_id(number))
        if number:
            (tmp_path / "evidence" / key).unlink()

    ended = run("evidence", "--output", "page.html")

    assert (ended.returncode, ended.stdout) == (1, "page.html\n")
    assert ended.stderr == "2 results without a matching intent: see “What needs attention” on the page.\n"
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Evidence on 2 source servers is incomplete or changed." in page
    assert "2 source servers with evidence that is incomplete or changed." in page


def test_a_terminal_obeys_nothing_in_a_file(run, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"errorMessage": "\x1b[2J\u202e", "errorType": "\x07"}))

    ended = run("a.json", "--output", "page.html")

    assert ended.returncode == 1
    assert ended.stderr.endswith("\ufffd: \ufffd[2J\ufffd\n")
