"""A load test of a few seconds, and one in which MGN throttles; `make load` runs longer ones."""

from tests.load.plan import SMALL
from tests.load.run import run
from tests.load.throttled import calls, figures
from tests.load.throttled import plan as throttled_plan
from tests.load.throttled import run as throttled_run
from tests.load.throttled import verdict as throttled_verdict
from tests.load.verdict import effective, violations


def test_nothing_is_lost_doubled_or_touched_while_a_tenth_of_all_calls_and_answers_goes_wrong(
    aws, built, lambda_runtime
):
    course = run(SMALL, aws, built, lambda_runtime)

    faults = [call["fault"] for call in course.record.calls if call["fault"]]
    assert violations(course.story, course.record) == []
    assert len(effective(course.record.calls)) >= SMALL.events / 2
    assert len(faults) / len(course.record.calls) > SMALL.fault_rate / 2


def test_while_mgn_throttles_no_write_rests_on_old_evidence_or_comes_after_the_answer(aws, built, lambda_runtime):
    record = throttled_run.run(throttled_plan.SMALL, aws, built, lambda_runtime)

    found = throttled_verdict.violations(record)
    assert found == [], figures.table(record, found)
    assert len(calls.writes(record)) >= throttled_plan.SMALL.swept / 4
