"""WAIT verdicts are checked again until the request's waiting time is over."""

import pytest

from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError, OutOfTimeError, WithdrawnError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import NOW, OTHER_SERVER, SERVER, options, ready
from tests.unit.fakes import FakeAws, FakeStack, guard_of


def finalize_one(aws, **policy):
    return finalize([SERVER], options=options(**policy), services=aws.services)[SERVER]


@pytest.fixture
def booting():
    """A server whose first boot ends 30 s from now."""
    aws = FakeAws(ready(first_boot="WAITING"))
    aws.clock.after(30, lambda: aws.set(ready()))
    return aws


def looks(aws):
    return aws.calls.count("DescribeSourceServers")


def test_a_server_that_boots_while_we_wait_is_finalized(booting):
    result = finalize_one(booting, wait=600)

    assert booting.clock.sleeps == [15, 15]
    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)
    assert booting.finalized == [SERVER]


def test_a_server_that_boots_too_late_is_not_ready(booting):
    result = finalize_one(booting, wait=29)

    assert booting.clock.sleeps == [15, 14]
    assert result.report.outcome == Outcome.NOT_READY
    assert booting.writes == []


def test_the_last_look_is_at_the_very_end_of_the_wait(booting):
    result = finalize_one(booting, wait=30)

    assert looks(booting) == 3
    assert result.report.outcome == Outcome.FINALIZED


@pytest.mark.parametrize("wait", [0, -60])
def test_without_time_to_wait_there_is_one_look(booting, wait):
    result = finalize_one(booting, wait=wait)

    assert looks(booting) == 1
    assert booting.clock.sleeps == []
    assert result.report.outcome == Outcome.NOT_READY


def test_a_wait_is_never_longer_than_was_asked_for():
    aws = FakeAws(ready(first_boot="WAITING"))

    finalize_one(aws, wait=100)

    assert sum(aws.clock.sleeps) == 100
    assert looks(aws) == 8


@pytest.mark.parametrize("differences", [{"first_boot": "STOPPED"}, {"first_boot": "WAITING", "ec2_state": "stopped"}])
def test_nobody_waits_for_what_only_a_person_can_mend(differences):
    aws = FakeAws(ready(**differences))

    result = finalize_one(aws, wait=600)

    assert aws.clock.sleeps == []
    assert result.report.outcome == Outcome.BLOCKED


def test_a_wait_ends_when_something_blocks():
    aws = FakeAws(ready(first_boot="WAITING"))
    aws.clock.after(15, lambda: aws.set(ready(ec2_instance="impaired")))

    result = finalize_one(aws, wait=600)

    assert aws.clock.sleeps == [15]
    assert result.report.outcome == Outcome.BLOCKED


def test_who_withdraws_while_we_wait_gets_nothing_finalized(booting):
    stack = FakeStack("ROLLBACK_IN_PROGRESS")

    result = finalize_one(booting, wait=600, guard=guard_of(booting, stack))

    assert stack.asked == 1
    assert booting.writes == []
    assert result.report.outcome == Outcome.FAILED
    assert isinstance(result.cause, WithdrawnError)


def test_who_still_wants_it_after_the_wait_gets_it(booting):
    stack = FakeStack()

    result = finalize_one(booting, wait=600, guard=guard_of(booting, stack))

    assert stack.asked == 1
    assert result.report.outcome == Outcome.FINALIZED


def test_a_request_that_had_waited_before_it_came_to_us_must_be_confirmed():
    aws, stack = FakeAws(ready()), FakeStack(None)

    result = finalize_one(aws, guard=guard_of(aws, stack, is_fresh_create=False))

    assert isinstance(result.cause, WithdrawnError)
    assert aws.writes == []


def test_a_dry_run_needs_no_stack(booting):
    stack = FakeStack("ROLLBACK_IN_PROGRESS")

    result = finalize_one(booting, wait=600, guard=guard_of(booting, stack), dry_run=True)

    assert result.report.outcome == Outcome.WOULD_FINALIZE
    assert stack.asked == 0


def test_no_write_begins_after_its_time_even_if_the_server_is_ready_by_then(booting):
    result = finalize_one(booting, wait=600, act=30)

    assert booting.writes == []
    assert isinstance(result.cause, OutOfTimeError)


def test_a_failure_to_look_again_is_no_news(booting):
    booting.clock.after(15, lambda: booting.fail("DescribeJobs", MgnUnavailableError("busy")))

    result = finalize_one(booting, wait=600)

    assert booting.clock.sleeps == [15, 5, 15]
    assert result.report.outcome == Outcome.FINALIZED


def test_what_was_known_stands_when_the_last_look_fails():
    aws = FakeAws(ready(first_boot="WAITING"))
    aws.clock.after(15, lambda: aws.fail("DescribeSourceServers", MgnUnavailableError("busy")))

    result = finalize_one(aws, wait=15)

    assert result.report.outcome == Outcome.NOT_READY
    assert "first boot is WAITING" in str(result.cause)


def test_a_refusal_to_let_us_look_again_ends_the_wait(booting):
    booting.clock.after(15, lambda: booting.fail("DescribeJobs", MgnRefusedError("no", code="AccessDeniedException")))

    result = finalize_one(booting, wait=600)

    assert (result.report.outcome, result.report.error.code) == (Outcome.FAILED, "AccessDeniedException")
    assert booting.writes == []


def test_a_server_that_disappears_while_we_wait_is_not_found(booting):
    booting.clock.after(15, lambda: booting.forget(SERVER))

    result = finalize_one(booting, wait=600)

    assert result.report.outcome == Outcome.NOT_FOUND


def test_somebody_else_may_finalize_while_we_wait():
    aws = FakeAws(ready(first_boot="WAITING"))
    aws.clock.after(15, lambda: aws.set_finalized(SERVER))

    result = finalize_one(aws, wait=600)

    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, False)
    assert aws.writes == []


def test_soak_is_waited_for():
    aws = FakeAws(ready(job_ended_at=NOW.replace(minute=14, second=20)))

    result = finalize_one(aws, wait=600, soak_minutes=1)

    assert aws.clock.sleeps == [15, 15]
    assert result.report.outcome == Outcome.FINALIZED


def test_those_that_are_ready_do_not_wait_for_the_others(booting):
    booting.set(ready(OTHER_SERVER))
    finalized_at_first = []
    booting.clock.after(1, lambda: finalized_at_first.extend(booting.finalized))

    results = finalize([SERVER, OTHER_SERVER], options=options(wait=600), services=booting.services)

    assert finalized_at_first == [OTHER_SERVER]
    assert booting.finalized == [OTHER_SERVER, SERVER]
    assert [result.report.outcome for result in results.values()] == [Outcome.FINALIZED, Outcome.FINALIZED]


def test_only_those_that_wait_are_looked_at_again(booting):
    booting.set(ready(OTHER_SERVER, first_boot="STOPPED"))

    finalize([SERVER, OTHER_SERVER], options=options(wait=600), services=booting.services)

    assert booting.described == [{SERVER, OTHER_SERVER}, {SERVER}, {SERVER}]


def test_nobody_waits_for_a_stack_that_does_not_go_forward():
    aws = FakeAws(ready(), ready(OTHER_SERVER, first_boot="WAITING"))
    guard = guard_of(aws, FakeStack("UPDATE_ROLLBACK_IN_PROGRESS"))

    results = finalize([SERVER, OTHER_SERVER], options=options(wait=600, guard=guard), services=aws.services)

    assert aws.clock.sleeps == []
    assert results[OTHER_SERVER].report.outcome == Outcome.NOT_READY


def test_nothing_more_is_read_for_a_stack_that_does_not_go_forward():
    server_ids = [f"s-{number:017}" for number in range(201)]  # one more than fits into one call
    aws = FakeAws(*map(ready, server_ids))
    guard = guard_of(aws, FakeStack("UPDATE_ROLLBACK_IN_PROGRESS"))

    results = finalize(server_ids, options=options(guard=guard), services=aws.services)

    assert looks(aws) == 1
    assert {type(result.cause) for result in results.values()} == {WithdrawnError}
