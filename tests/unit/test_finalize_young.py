"""Old evidence is read again before a write; if reading takes too long, nothing is written."""

from types import NoneType

import pytest

from finalize_cutover.cutover.errors import MgnUnavailableError, OutOfTimeError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.read_logs import READERS
from finalize_cutover.cutover.finalize.run import MOST_FRUITLESS_LOOKS
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.cutover.time_budget import (
    ATTEMPT,
    LONGEST_WRITE,
    LOOK_AGAIN,
    LOOKS_AGAIN,
    PAUSE,
    READING,
    YOUNG,
)
from tests.unit.builders import SERVER, options, ready
from tests.unit.fakes import FakeAws, FakeStack, guard_of

ONE_BY_ONE = [f"s-{number:017}" for number in range(6)]


def launched_one_by_one():
    """Six ready servers, each launched by its own job."""
    return FakeAws(*map(_of_its_own, ONE_BY_ONE))


def _of_its_own(server_id):
    name = server_id.removeprefix("s-")
    own = {"cutover_job": f"mgnjob-{name}", "instance_job": f"mgnjob-{name}"}
    return ready(server_id, **own, instance_id=f"i-{name}", launch_instance=f"i-{name}")


def test_the_longest_write_is_one_attempt_and_all_looks_after_it():
    assert ATTEMPT + LOOKS_AGAIN * (PAUSE + LOOK_AGAIN) == LONGEST_WRITE


def test_half_of_the_time_is_for_reading():
    assert READING * 2 == YOUNG


@pytest.mark.parametrize(("seconds", "looks"), [(14.9, 1), (15, MOST_FRUITLESS_LOOKS)])
def test_what_takes_15_s_to_read_is_not_written(seconds, looks):
    aws = FakeAws(ready())
    aws.take("DescribeInstanceStatus", seconds)

    finalize([SERVER], options=options(), services=aws.services)

    assert (len(aws.described), len(aws.finalized)) == (looks, int(looks == 1))


def test_three_looks_in_a_row_that_take_too_long_end_the_run_and_the_request_may_come_again():
    aws = FakeAws(ready())
    aws.take("DescribeInstanceStatus", 20)

    result = finalize([SERVER], options=options(), services=aws.services)[SERVER]

    assert len(aws.described) == MOST_FRUITLESS_LOOKS == 3
    assert (result.report.outcome, type(result.cause)) == (Outcome.FAILED, OutOfTimeError)
    assert result.cause.retryable


def test_a_look_that_is_fast_again_is_written_on():
    aws = FakeAws(ready())
    aws.take("DescribeInstanceStatus", 20)
    aws.clock.after(35, lambda: aws.take("DescribeInstanceStatus", 0))

    finalize([SERVER], options=options(), services=aws.services)

    assert (len(aws.described), aws.finalized) == (3, [SERVER])


def test_what_changed_while_the_stack_took_long_to_answer_is_seen():
    aws, stack = FakeAws(ready()), FakeStack()
    stack.before_answer = lambda: (aws.clock.sleep(15), aws.set(ready(ec2_state="stopped")))

    results = finalize([SERVER], options=options(guard=guard_of(aws, stack)), services=aws.services)

    assert (results[SERVER].report.outcome, aws.finalized) == (Outcome.BLOCKED, [])


def test_a_stack_that_answers_in_less_does_not_make_evidence_old():
    aws, stack = FakeAws(ready()), FakeStack()
    stack.before_answer = lambda: aws.clock.sleep(14)

    finalize([SERVER], options=options(guard=guard_of(aws, stack)), services=aws.services)

    assert (len(aws.described), aws.finalized) == (1, [SERVER])


def test_no_more_logs_are_read_than_leave_time_to_write_and_the_rest_follows():
    server_ids = [f"s-{number:017}" for number in range(40)]
    aws = FakeAws(*map(_of_its_own, server_ids))
    # As if each log took 3 s, and all readers read at the same time.
    aws.take("DescribeJobLogItems", 3 / READERS)

    results = finalize(server_ids, options=options(), services=aws.services)

    # After 20 logs 7.5 s have passed, which is the limit for reading; the other readers have begun one more.
    first, second = map(len, aws.described)
    assert (first, 20 - READERS < second <= 20) == (40, True)
    assert aws.calls.count("DescribeJobLogItems") == 40
    assert sorted(aws.finalized) == server_ids
    assert {type(result.cause) for result in results.values()} == {NoneType}


def test_one_log_is_read_however_long_the_rest_took():
    aws = launched_one_by_one()
    aws.take("DescribeSourceServers", 9)

    finalize(ONE_BY_ONE, options=options(), services=aws.services)

    assert [len(described) for described in aws.described] == [6, 5, 4, 3, 2, 1]
    assert sorted(aws.finalized) == ONE_BY_ONE


def test_evidence_is_as_old_as_the_first_thing_that_was_read():
    aws = FakeAws(ready())
    aws.take("DescribeSourceServers", 6)
    aws.take("DescribeJobs", 6)
    aws.take("DescribeInstanceStatus", 6)

    finalize([SERVER], options=options(), services=aws.services)

    assert aws.finalized == []


def test_an_answer_that_shows_no_effect_is_never_a_success():
    aws = FakeAws(ready())
    aws.without_effect.add(SERVER)

    result = finalize([SERVER], options=options(), services=aws.services)[SERVER]

    assert (result.report.outcome, result.report.changed, result.cause.code) == (Outcome.FAILED, False, "NotFinalized")


def test_one_log_that_cannot_be_read_fails_only_the_servers_of_its_job():
    aws = launched_one_by_one()
    first, *rest = ONE_BY_ONE
    aws.unreadable_logs[f"mgnjob-{first.removeprefix('s-')}"] = MgnUnavailableError(
        "busy", code="InternalServerException"
    )

    results = finalize(ONE_BY_ONE, options=options(), services=aws.services)

    assert sorted(aws.finalized) == rest
    assert results[first].report.outcome == Outcome.FAILED
