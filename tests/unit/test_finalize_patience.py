"""A fault that time cures does not end a request that may wait: it looks again, with increasing pauses."""

import pytest

from finalize_cutover.cutover.errors import (
    ConflictError,
    MgnRefusedError,
    MgnUnavailableError,
    OutOfTimeError,
    WithdrawnError,
)
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.write import WITHOUT_EFFECT
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.cutover.selection import Selection, select
from tests.unit.builders import NOW, OTHER_SERVER, SERVER, options, ready
from tests.unit.fakes import FakeAws, FakeStack, guard_of

THROTTLED = MgnUnavailableError("Too many requests.", code="ThrottlingException", is_throttled=True)
BROKEN = MgnUnavailableError("Internal error.", code="InternalServerException", http_status=500)
CONFLICT = ConflictError("The source server is being changed.", code="ConflictException", http_status=409)
APPLICATION = "app-0123456789abcdef0"


@pytest.fixture
def aws():
    return FakeAws(ready())


def finalize_one(aws, **policy):
    return finalize([SERVER], options=options(**policy), services=aws.services)[SERVER]


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("DescribeSourceServers", THROTTLED),
        ("DescribeJobs", BROKEN),
        ("DescribeJobLogItems", THROTTLED),
        ("DescribeInstanceStatus", BROKEN),
    ],
)
def test_a_read_that_fails_for_a_while_is_repeated_until_it_succeeds(aws, operation, error):
    aws.fail(operation, *[error] * 4)

    result = finalize_one(aws, wait=300)

    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)
    assert aws.clock.sleeps == [5, 10, 20, 40]


def test_pauses_do_not_become_longer_than_a_minute(aws):
    aws.fail("DescribeJobs", *[THROTTLED] * 7)

    finalize_one(aws, wait=600)

    assert aws.clock.sleeps == [5, 10, 20, 40, 60, 60, 60]


def test_a_look_without_a_fault_ends_the_increase(aws):
    aws.set(ready(first_boot="WAITING"))
    aws.fail("DescribeJobs", THROTTLED, THROTTLED)
    aws.clock.after(20, lambda: aws.fail("DescribeJobs", THROTTLED))
    aws.clock.after(40, lambda: aws.set(ready()))

    finalize_one(aws, wait=300)

    assert aws.clock.sleeps == [5, 10, 15, 5, 15]


@pytest.mark.parametrize("error", [CONFLICT, BROKEN])
def test_a_write_that_fails_for_a_while_is_repeated_on_new_evidence(aws, error):
    aws.fail("FinalizeCutover", *[error] * 5)

    result = finalize_one(aws, wait=300)

    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)
    assert aws.finalized == [SERVER]


def test_what_changes_during_the_pause_after_a_failed_write_is_seen(aws):
    aws.fail("FinalizeCutover", CONFLICT)
    aws.clock.after(8, lambda: aws.set(ready(ec2_state="terminated")))

    result = finalize_one(aws, wait=300)

    assert result.report.outcome == Outcome.BLOCKED
    assert aws.finalized == []


def test_an_mgn_that_accepts_no_write_for_a_while_gets_one_at_a_time_until_it_does(aws):
    aws.fail("FinalizeCutover", *[THROTTLED] * 16)

    result = finalize_one(aws, wait=300)

    assert result.report.outcome == Outcome.FINALIZED
    # After 12 refused writes in a row, each look sends one.
    assert aws.calls.count("DescribeSourceServers") >= 5


def test_a_stack_that_cannot_be_asked_for_a_while_is_asked_again_before_the_write(aws):
    stack = FakeStack(None)
    aws.clock.after(60, lambda: setattr(stack, "shown", "UPDATE_IN_PROGRESS"))

    result = finalize_one(aws, wait=300, guard=guard_of(aws, stack, is_fresh_create=False))

    assert result.report.outcome == Outcome.FINALIZED
    # After each pause, and before each write that has no consent.
    assert stack.asked == 8


def test_a_rollback_that_could_not_be_seen_at_first_ends_the_wait_for_a_server_that_is_not_ready():
    aws, stack = FakeAws(ready(first_boot="WAITING")), FakeStack(None)
    guard = guard_of(aws, stack, is_fresh_create=False)
    assert not guard.is_rolling_back()
    aws.clock.after(1, lambda: setattr(stack, "shown", "UPDATE_ROLLBACK_IN_PROGRESS"))

    result = finalize_one(aws, wait=600, guard=guard)

    assert result.report.outcome == Outcome.NOT_READY
    assert guard.is_rolling_back()
    assert len(aws.clock.sleeps) == 1


def test_a_stack_that_rolls_back_during_the_pause_gets_nothing_finalized(aws):
    stack = FakeStack()
    aws.fail("DescribeJobs", THROTTLED)
    aws.clock.after(1, lambda: setattr(stack, "shown", "UPDATE_ROLLBACK_IN_PROGRESS"))

    result = finalize_one(aws, wait=300, guard=guard_of(aws, stack))

    assert isinstance(result.cause, WithdrawnError)
    assert aws.writes == []


def test_a_write_that_mgn_accepts_without_an_effect_is_not_sent_again(aws):
    aws.without_effect.add(SERVER)

    result = finalize_one(aws, wait=60)

    assert aws.writes == ["FinalizeCutover"]
    assert (result.report.outcome, result.cause.code) == (Outcome.FAILED, WITHOUT_EFFECT)
    assert aws.clock.now() == NOW.replace(minute=16)


def test_an_effect_that_shows_a_minute_later_is_a_change_of_ours(aws):
    aws.without_effect.add(SERVER)
    aws.clock.after(60, lambda: aws.set_finalized(SERVER))

    result = finalize_one(aws, wait=300)

    assert (result.report.outcome, result.report.changed) == (Outcome.FINALIZED, True)


@pytest.mark.parametrize("error", [MgnRefusedError("Denied.", code="AccessDeniedException")])
@pytest.mark.parametrize("operation", ["DescribeSourceServers", "DescribeJobs", "FinalizeCutover"])
def test_a_refusal_ends_the_request_at_once(aws, operation, error):
    aws.fail(operation, error)

    result = finalize_one(aws, wait=300)

    assert (result.cause, aws.clock.sleeps) == (error, [])


@pytest.mark.parametrize("operation", ["DescribeSourceServers", "DescribeJobs"])
def test_a_request_that_may_not_wait_ends_at_once(aws, operation):
    aws.fail(operation, THROTTLED)

    result = finalize_one(aws, wait=0)

    assert (result.cause, aws.clock.sleeps) == (THROTTLED, [])


def test_a_fault_that_lasts_is_reported_when_the_wait_ends(aws):
    aws.fail("DescribeJobs", *[THROTTLED] * 100)

    result = finalize_one(aws, wait=300)

    assert sum(aws.clock.sleeps) == 300
    assert (result.report.outcome, result.cause) == (Outcome.FAILED, THROTTLED)


def test_a_fault_of_one_server_delays_no_other(aws):
    aws.set(ready(OTHER_SERVER, cutover_job="mgnjob-0123456789abcdef9", instance_job="mgnjob-0123456789abcdef9"))
    aws.unreadable_logs["mgnjob-0123456789abcdef9"] = BROKEN
    finalized_at_first = []
    aws.clock.after(1, lambda: finalized_at_first.extend(aws.finalized))

    finalize([SERVER, OTHER_SERVER], options=options(wait=60), services=aws.services)

    assert finalized_at_first == [SERVER]


def test_each_result_is_published_once_when_it_can_no_longer_change(aws):
    aws.set(ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", CONFLICT)
    published = []

    finalize(
        [SERVER, OTHER_SERVER],
        options=options(wait=300),
        services=aws.services,
        publish=lambda results: published.extend((r.report.source_server_id, r.report.outcome) for r in results),
    )

    assert sorted(published) == [(SERVER, Outcome.FINALIZED), (OTHER_SERVER, Outcome.FINALIZED)]


def test_a_soak_that_ends_too_late_is_not_waited_for(aws):
    result = finalize_one(aws, wait=600, soak_minutes=60)

    assert (result.report.outcome, aws.clock.sleeps) == (Outcome.NOT_READY, [])


def test_a_soak_that_cannot_begin_in_time_is_not_waited_for(aws):
    aws.set(ready(job_status="STARTED", job_ended_at=None))

    result = finalize_one(aws, wait=600, soak_minutes=11)

    assert (result.report.outcome, aws.clock.sleeps) == (Outcome.NOT_READY, [])


def test_the_list_of_a_group_is_asked_for_again(aws):
    aws.group([SERVER], application=APPLICATION, wave="wave-0123456789abcdef0")
    aws.fail("DescribeSourceServers", THROTTLED, BROKEN)

    selected = select(Selection(application_id=APPLICATION), aws.services, wait_until=NOW.replace(minute=20))

    assert selected.server_ids == (SERVER,)
    assert aws.clock.sleeps == [5, 10]


@pytest.mark.parametrize(("error", "wait_until"), [(THROTTLED, None), (THROTTLED, NOW), (CONFLICT, NOW)])
def test_the_list_of_a_group_fails_at_once_without_time_to_wait(aws, error, wait_until):
    aws.fail("DescribeSourceServers", error)

    with pytest.raises(type(error)) as caught:
        select(Selection(application_id=APPLICATION), aws.services, wait_until=wait_until)

    assert (caught.value, aws.clock.sleeps) == (error, [])


def test_time_that_runs_out_ends_the_wait(aws):
    aws.fail("DescribeJobs", OutOfTimeError("Too little time was left to call AWS."))

    result = finalize_one(aws, wait=0)

    assert isinstance(result.cause, OutOfTimeError)
