"""A load of a few seconds; `make load` is the same at length."""

from tests.load.plan import SMALL
from tests.load.run import run
from tests.load.verdict import effective, violations


def test_nothing_is_lost_doubled_or_touched_while_a_tenth_of_all_calls_and_answers_goes_wrong(
    aws, built, lambda_runtime
):
    course = run(SMALL, aws, built, lambda_runtime)

    faults = [call["fault"] for call in course.record.calls if call["fault"]]
    assert violations(course.story, course.record) == []
    assert len(effective(course.record.calls)) >= SMALL.events / 2
    assert len(faults) / len(course.record.calls) > SMALL.fault_rate / 2
