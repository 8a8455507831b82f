"""The table of figures of the load test in which MGN throttles."""

import pytest

from tests.load.throttled.builders import calls, record, write
from tests.load.throttled.figures import table


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stacks, source servers in their lists", "1, 2"),
        ("source servers approved for a sweep, changed", "3, 1"),
        ("calls to MGN", "14"),
        ("throttled", "1"),
        ("writes sent", "4"),
        ("FinalizeCutover, MarkAsArchived", "3, 1"),
        ("cutovers finalized", "2"),
        ("for a stack, by the sweep", "1, 1"),
        ("remaining, of stacks, of the sweep", "1, 1"),
        ("oldest evidence at a write, s", "10.0"),
        ("writes after an answer", "1"),
        ("writes in the last 10 s before a timer", "1"),
        ("vain, late, old, changed, doubled, untold, untrue", "0, 2, 0, 0, 0, 0, 0"),
        ("time, s", "165"),
    ],
)
def test_it_tells_what_was_asked_what_was_done_and_what_was_promised(name, value):
    course = record(calls=calls(write(at=47, operation="MarkAsArchived")))
    lines = [line.rsplit("  ", 1) for line in table(course, ["late: one", "late: two"]).splitlines()]

    assert {row.strip(): figure.strip() for row, figure in lines}[name] == value
