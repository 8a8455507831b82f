"""When the timer responds in place of unfinished work."""

import pytest

from finalize_cutover.handlers.cloudformation.deadlines import seconds_to_timer
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation


@pytest.mark.parametrize(
    ("seconds_left", "seconds"),
    [(600, 600), (0.1, 0.1), (0, 2.5), (-2, 0.5), (-2.5, 0), (-100, -97.5)],
)
def test_where_the_deadline_has_passed_what_is_still_asked_has_half_of_the_margin(seconds_left, seconds):
    assert seconds_to_timer(invocation(FakeAws(), seconds_left=seconds_left)) == pytest.approx(seconds)
