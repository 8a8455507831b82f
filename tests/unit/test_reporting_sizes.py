"""The page stays below 5 MB for 4,000 source servers, whatever was found on them, and says what it leaves out."""

import hashlib
import subprocess
from datetime import UTC, datetime

import pytest

from reporting.files import ResultFile, read
from reporting.limits import MOST_BYTES
from reporting.page import Occasion, render
from reporting.results import Results
from reporting.sources import COMMAND, MOST_LISTED, sources_of
from tests.unit.large_results import SERVERS, large_results, store_large_evidence
from tests.unit.wave_results import a_fleet, a_report, server_id

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
IDS = [server_id(number) for number in range(SERVERS)]


def rendered(results, files=()):
    return render(results, files, occasion=Occasion(), now=NOW)


def of_values(*values):
    results = Results()
    for value in values:
        results.add(value, origin="wave.json")
    return rendered(results)


def size(page):
    return len(page.encode())


def missing(page):
    return [server for server in IDS if server not in page]


def test_the_results_of_4000_servers_are_on_a_small_page_without_a_cut():
    page = of_values(*large_results())

    assert size(page) < MOST_BYTES
    assert "This page is shortened" not in page
    assert missing(page) == []


@pytest.mark.slow
def test_the_evidence_of_4000_servers_is_on_a_small_page(tmp_path):
    store_large_evidence(tmp_path)

    page = rendered(*read([tmp_path]))

    assert size(page) < MOST_BYTES
    assert missing(page) == []
    assert "orders 3999 to 4098 were read and written" in page


@pytest.mark.slow
def test_reasons_that_are_too_long_are_cut_and_the_page_says_so():
    found = [{"rule": f"rule-{number}", "verdict": "BLOCK", "reason": "no " * 300} for number in range(12)]
    reports = [a_report(server, "BLOCKED", readiness=found) for server in IDS]

    page = of_values(a_fleet(*reports))

    assert size(page) < MOST_BYTES
    assert missing(page) == []
    assert "This page is shortened to stay below 5 MB: it shows texts of at most 100 characters, " in page
    assert "9 more findings that did not pass" in page


@pytest.fixture
def folder(tmp_path):
    for name in ("a.json", "b/c.jsonl", "b/d e.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    (tmp_path / "notes.txt").write_text("no result")
    return tmp_path


def files_of(folder):
    return [
        ResultFile(
            name=path.relative_to(folder).as_posix(),
            size=path.stat().st_size,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in folder.rglob("*.json*")
    ]


def test_a_thousand_files_are_listed_and_more_have_one_sum():
    file = ResultFile(name="a.json", size=2, sha256="0" * 64)

    assert [sources_of([file] * number).are_listed for number in (MOST_LISTED, MOST_LISTED + 1)] == [True, False]
    assert sources_of([file] * 3).size == 6


def test_the_sum_of_all_files_is_what_the_command_on_the_page_prints(folder):
    printed = subprocess.run(["bash", "-c", COMMAND], cwd=folder, capture_output=True, text=True, check=True).stdout

    assert printed.split()[0] == sources_of(files_of(folder)).sha256
