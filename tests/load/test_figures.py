"""The table of a load test's figures."""

import pytest

from tests.load.builders import OLD, READY, REFUSED, STORY, answer, event, finalize, record, report, request
from tests.load.figures import table
from tests.load.run import Course

SLOW = [answer(is_stored=False, is_taken=False), answer(seconds=4)]
RESET = finalize(status=None) | {"fault": "reset"}
RECORD = record(
    requests=[request(answers=SLOW), request(OLD), request(OLD, request_type="Delete")],
    events=[event(READY, REFUSED, report("FINALIZED")), event(OLD, REFUSED, REFUSED, REFUSED)],
    calls=[finalize(), RESET, RESET, finalize(status=None, lost_status=200) | {"fault": "reset-after"}],
    kept={"FailedInvocations": {OLD}, "FailedRequests": {OLD}},
)


def figures(violations=()):
    course = Course(story=STORY, record=RECORD, seconds=10, run_seconds=(0.1, 0.2, 9.0), peak_bytes=52_400_000)
    lines = [line.rsplit("  ", 1) for line in table(course, violations).splitlines()]
    return {name.strip(): value.strip() for name, value in lines}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requests of CloudFormation", "3"),
        ("to create, to delete", "2, 1"),
        ("events", "2"),
        ("runs of the function", "8"),
        ("failed, and raised", "4"),
        ("source servers in the failure queues", "1"),
        ("calls to AWS", "4"),
        ("gone wrong", "1 (25.0%)"),
        ("reset-after", "1"),
        ("answers sent", "4"),
        ("requests and events a second", "0.5"),
        ("request to answer, s: p50, p95, max", "2.0, 3.8, 4.0"),
        ("run of the function, s: p50, p95, max", "0.2, 8.1, 9.0"),
        ("peak memory of a function's process, MB", "52"),
        ("lost", "0"),
        ("doubled", "0"),
    ],
)
def test_it_tells_what_was_asked_what_went_wrong_and_how_long_it_took(name, value):
    assert figures()[name] == value


def test_it_counts_what_was_found_by_kind():
    found = figures(["lost: never answered", "lost: given up after 1 runs", "untrue: SUCCESS"])

    assert [found[kind] for kind in ("lost", "doubled", "untrue")] == ["2", "0", "1"]
