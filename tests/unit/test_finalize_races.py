"""Conflicts and lost responses: the function reads MGN's state a few seconds later to find out what happened."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import ConflictError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import NOW, SERVER, options, ready
from tests.unit.fakes import FakeAws

CONFLICT = ConflictError("Cannot FinalizeCutover for a CUTOVER server.", code="ConflictException", http_status=409)
LOOK = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]
LOST = MgnUnavailableError("No readable answer.", code="ReadTimeoutError")


@pytest.fixture
def aws():
    return FakeAws(ready())


def finalize_one(aws):
    return finalize([SERVER], options=options(), services=aws.services)[SERVER]


def looks_after_the_write(aws):
    return aws.calls[aws.calls.index("FinalizeCutover") + 1 :]


def test_a_lost_race_is_a_success_that_others_brought_about(aws):
    aws.fail("FinalizeCutover", CONFLICT, after_effect=True)

    result = finalize_one(aws)

    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, False)
    assert looks_after_the_write(aws) == ["DescribeSourceServers"]


def test_a_lost_answer_after_the_effect_is_a_change_of_ours(aws):
    aws.fail("FinalizeCutover", LOST, after_effect=True)

    result = finalize_one(aws)

    assert (result.report.outcome, result.report.changed, result.cause) == (Outcome.FINALIZED, True, None)
    assert aws.writes == ["FinalizeCutover"]


def test_a_write_that_was_given_up_before_it_was_sent_has_changed_nothing(aws):
    def give_up():
        aws.set_finalized(SERVER)
        raise LOST

    aws.before_sending = give_up

    result = finalize_one(aws)

    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, False)
    assert aws.writes == []


def test_a_write_that_was_never_sent_has_changed_nothing_that_a_later_look_shows(aws):
    def give_up():
        aws.before_sending = lambda: None
        aws.lag(100)
        aws.clock.after(6.5, lambda: aws.set_finalized(SERVER))
        raise LOST

    aws.before_sending = give_up
    aws.take("DescribeSourceServers", 0.3)

    result = finalize_one(aws)

    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, False)
    assert aws.writes == []


def test_a_conflict_stands_when_three_looks_two_seconds_apart_do_not_show_the_effect(aws):
    aws.fail("FinalizeCutover", CONFLICT)

    result = finalize_one(aws)

    assert looks_after_the_write(aws) == ["DescribeSourceServers"] * 3
    assert aws.clock.sleeps == [2, 2, 2]
    assert (result.report.outcome, result.report.changed, result.cause) == (Outcome.FAILED, False, CONFLICT)
    assert not result.report.error.retryable
    assert aws.finalized == []


def test_a_lost_answer_without_an_effect_is_sent_again_on_new_evidence(aws):
    aws.fail("FinalizeCutover", LOST)

    result = finalize_one(aws)

    assert aws.calls == [*LOOK, "FinalizeCutover", *["DescribeSourceServers"] * 3, *LOOK, "FinalizeCutover"]
    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)


def test_a_conflict_with_an_attempt_of_ours_whose_answer_was_lost_is_a_change_of_ours(aws):
    aws.fail("FinalizeCutover", LOST)
    aws.clock.after(6, lambda: aws.before_write(lambda: aws.set_finalized(SERVER)))

    result = finalize_one(aws)

    assert aws.writes == ["FinalizeCutover"] * 2
    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)


def test_an_effect_that_shows_only_in_the_next_look_is_a_change_of_ours(aws):
    aws.fail("FinalizeCutover", LOST, after_effect=True)
    aws.lag(3)

    result = finalize_one(aws)

    assert aws.writes == ["FinalizeCutover"]
    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)


@pytest.mark.parametrize("operation", ["DescribeSourceServers", "DescribeJobs"])
def test_the_lost_write_is_reported_where_the_read_after_it_fails(aws, operation):
    aws.fail("FinalizeCutover", LOST)
    aws.fail_after_write(operation, *[LOST] * 200)

    result = finalize_one(aws)

    assert aws.writes == ["FinalizeCutover"]
    assert (result.report.outcome, result.cause) == (Outcome.FAILED, LOST)
    assert {finding.verdict for finding in result.report.readiness} == {"PASS"}


def test_the_error_stands_when_three_answers_were_lost(aws):
    aws.fail("FinalizeCutover", *[LOST] * 3)

    result = finalize_one(aws)

    assert aws.writes == ["FinalizeCutover"] * 3
    assert (result.report.outcome, result.report.changed, result.cause) == (Outcome.FAILED, False, LOST)
    assert result.report.error.retryable
    assert aws.finalized == []


@pytest.mark.parametrize("errors", [[CONFLICT], [LOST] * 3])
def test_what_was_decided_is_told_beside_the_error(aws, errors):
    aws.fail("FinalizeCutover", *errors)

    result = finalize_one(aws)

    assert {finding.verdict for finding in result.report.readiness} == {"PASS"}
    assert result.report.life_cycle_state == "CUTTING_OVER"
    assert result.report.finalized_at is None


@pytest.mark.parametrize(("stale_reads", "sleeps"), [(0, [2]), (1, [2, 2]), (2, [2, 2, 2])])
def test_reads_that_lag_behind_the_write_are_waited_for(aws, stale_reads, sleeps):
    aws.fail("FinalizeCutover", LOST, after_effect=True)
    aws.lag(stale_reads)

    result = finalize_one(aws)

    assert result.report.outcome == Outcome.FINALIZED
    assert aws.clock.sleeps == sleeps


@pytest.mark.parametrize("trouble", [MgnUnavailableError("busy"), MgnRefusedError("no")])
def test_a_look_that_fails_counts_as_one_that_shows_nothing(aws, trouble):
    aws.fail("FinalizeCutover", LOST, after_effect=True)
    aws.fail_after_write("DescribeSourceServers", trouble)

    result = finalize_one(aws)

    assert looks_after_the_write(aws) == ["DescribeSourceServers"] * 2
    assert result.report.outcome == Outcome.FINALIZED


def test_the_first_error_is_told_when_looking_fails_too(aws):
    aws.fail("FinalizeCutover", *[LOST] * 3)
    aws.fail_after_write("DescribeSourceServers", *[MgnRefusedError("no")] * 3)

    result = finalize_one(aws)

    assert result.cause is LOST


def test_nobody_looks_again_after_a_refusal(aws):
    refusal = MgnRefusedError("denied", code="AccessDeniedException", http_status=403)
    aws.fail("FinalizeCutover", refusal)

    result = finalize_one(aws)

    assert looks_after_the_write(aws) == []
    assert (result.report.outcome, result.cause) == (Outcome.FAILED, refusal)


def test_a_server_that_vanished_before_the_write_is_not_found(aws):
    aws.before_write(lambda: aws.forget(SERVER))

    result = finalize_one(aws)

    assert (result.report.outcome, result.report.error.http_status) == (Outcome.NOT_FOUND, 404)


def test_a_cutover_that_was_reverted_under_our_eyes_is_not_finalized(aws):
    aws.before_write(lambda: aws.set(ready(state="READY_FOR_CUTOVER")))

    result = finalize_one(aws)

    assert (result.report.outcome, result.report.error.http_status) == (Outcome.FAILED, 409)
    assert aws.finalized == []


def test_an_answer_that_shows_no_effect_is_looked_at_again(aws):
    aws.without_effect.add(SERVER)

    result = finalize_one(aws)

    assert looks_after_the_write(aws) == ["DescribeSourceServers"] * 3
    assert (result.report.outcome, result.report.changed) == (Outcome.FAILED, False)
    assert (result.report.error.code, result.report.error.retryable) == ("NotFinalized", True)
    assert "still shows the lifecycle state CUTTING_OVER" in str(result.cause)


def test_an_effect_that_shows_a_little_later_is_a_success_of_ours(aws):
    aws.without_effect.add(SERVER)
    aws.clock.after(3, lambda: aws.set_finalized(SERVER))

    result = finalize_one(aws)

    assert aws.clock.sleeps == [2, 2]
    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)


def test_nobody_looks_again_beyond_the_end_of_the_invocation(aws):
    aws.fail("FinalizeCutover", LOST)
    late = options(act=1, deadline=NOW + timedelta(seconds=5))

    result = finalize([SERVER], options=late, services=aws.services)[SERVER]

    assert aws.clock.sleeps == [2, 2]
    assert result.cause is LOST


def test_a_write_whose_answer_was_lost_is_in_flight_until_a_look_shows_what_became_of_it(aws):
    window, in_flight = WriteWindow(), []
    aws.fail("FinalizeCutover", LOST)
    aws.clock.after(6, lambda: in_flight.append(dict(window._in_flight)))

    finalize([SERVER], options=options(window=window), services=aws.services)

    assert in_flight == [{SERVER: None}]
    assert window.close() == ()
