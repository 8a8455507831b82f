"""The chapter of the demo about acceptance; `make demo` runs all of them."""

import io
import re
from contextlib import redirect_stdout

import pytest

import finalize_cutover.app  # noqa: F401 - its logger keeps the output that it finds when it is imported
from local.demo import acceptance
from local.demo.terminal import Expectations


@pytest.fixture
def printed(aws, monkeypatch):
    """What the chapter prints, as one line, after it met all of its expectations."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    expectations = Expectations()
    with redirect_stdout(io.StringIO()) as output:
        acceptance.run(aws, expectations)
    assert expectations.unmet == []
    return " ".join(output.getvalue().split())


def test_the_chapter_shows_each_obstacle_in_the_words_of_the_function(printed):
    assert "check alarms (BLOCK): alarm shop-errors is ALARM what to do: Wait, or fix what the alarm shows" in printed
    assert re.search(
        r"check backup \(WAIT\): volume vol-\w+ has no snapshot that was started after the launch", printed
    )
    assert "check change-calendar (WAIT): change calendar change-freeze is CLOSED until 20" in printed


def test_the_chapter_fixes_one_obstacle_after_the_other(printed):
    outcomes = re.findall(r"shop-01 +(\w+) +(\d+) of (\d+) readiness checks pass", printed)

    assert outcomes == [
        ("WOULD_FINALIZE", "14", "14"),
        ("BLOCKED", "14", "17"),
        ("NOT_READY", "14", "17"),
        ("NOT_READY", "16", "17"),
        ("FINALIZED", "17", "17"),
    ]
