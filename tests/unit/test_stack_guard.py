"""The stack guard reads the stack's status before a write, at most every 15 seconds; no answer usually stops writes."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import OutOfTimeError, WithdrawnError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.stack_guard import StackGuard
from tests.unit.builders import SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws, FakeClock, FakeStack, guard_of

FORWARD = ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"]
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
NOT_FORWARD = [
    *("CREATE_COMPLETE", "CREATE_FAILED", "DELETE_COMPLETE", "DELETE_FAILED", "DELETE_IN_PROGRESS"),
    *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED", "IMPORT_ROLLBACK_IN_PROGRESS"),
    *("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "ROLLBACK_IN_PROGRESS", "UPDATE_COMPLETE"),
    *("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"),
    *("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "A_STATUS_OF_TOMORROW"),
    *("create_in_progress", "CREATE_IN_PROGRESS ", ""),
]


@pytest.fixture
def clock():
    return FakeClock()


def guard(stack, clock, *, is_fresh_create=True):
    return StackGuard(stack, clock=clock, is_fresh_create=is_fresh_create)


@pytest.mark.parametrize("status", FORWARD)
def test_a_stack_that_goes_forward_consents(clock, status):
    until = guard(FakeStack(status), clock, is_fresh_create=False).check()

    assert until == clock.now() + timedelta(seconds=15)


@pytest.mark.parametrize("status", NOT_FORWARD)
def test_every_other_status_is_no_consent(clock, status):
    asked = guard(FakeStack(status), clock)

    with pytest.raises(WithdrawnError, match="Nothing was finalized: the stack") as raised:
        asked.check()

    assert raised.value.is_known
    assert raised.value.code == (status or "NO_STATUS")


@pytest.mark.parametrize("around", [("ROLLBACK_IN_PROGRESS",), ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS")])
def test_a_nested_stack_does_not_go_forward_if_a_stack_around_it_does_not(clock, around):
    stack = FakeStack()
    stack.around = around

    with pytest.raises(WithdrawnError, match=f"the parent stack status is {around[-1]}") as raised:
        guard(stack, clock).check()

    assert raised.value.code == around[-1]


def test_a_nested_stack_goes_forward_with_all_stacks_around_it(clock):
    stack = FakeStack()
    stack.around = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")

    assert guard(stack, clock).check() == clock.now() + timedelta(seconds=15)


@pytest.mark.parametrize(
    ("shown", "around"),
    [("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"), ("CREATE_FAILED", "ROLLBACK_IN_PROGRESS")],
)
def test_a_rollback_of_a_stack_around_it_is_a_rollback(clock, shown, around):
    stack = FakeStack(shown)
    stack.around = (around,)

    assert guard(stack, clock).is_rolling_back()


def test_the_answer_for_a_nested_stack_holds_from_when_the_first_status_came(clock):
    stack = FakeStack()
    stack.around = ("CREATE_IN_PROGRESS",)
    stack.before_next = lambda: clock.sleep(9)

    assert guard(stack, clock).check() == clock.now() + timedelta(seconds=15 - 9)


def test_a_rollback_counts_even_if_the_stacks_around_it_cannot_be_asked(clock):
    stack = FakeStack("ROLLBACK_IN_PROGRESS")
    stack.around = (None,)

    with pytest.raises(WithdrawnError, match="the stack status is ROLLBACK_IN_PROGRESS"):
        guard(stack, clock).check()


def test_a_nested_stack_whose_root_cannot_be_asked_does_not_consent(clock):
    stack = FakeStack("UPDATE_IN_PROGRESS")
    stack.around = (None,)

    with pytest.raises(WithdrawnError, match="could not be read"):
        guard(stack, clock, is_fresh_create=False).check()


@pytest.mark.parametrize("seconds", [0, 14, 15, 600])
def test_nothing_is_written_before_the_first_answer(clock, seconds):
    stack = FakeStack()
    asked = guard(stack, clock)
    clock.sleep(seconds)

    asked.check()

    assert stack.asked == 1


def test_one_answer_holds_for_every_server_of_the_next_15_seconds(clock):
    stack = FakeStack()
    asked = guard(stack, clock)

    for _ in range(30):
        asked.check()
        clock.sleep(1)

    assert stack.asked == 2


def test_an_answer_holds_from_when_it_came(clock):
    stack = FakeStack()
    stack.before_answer = lambda: clock.sleep(9)
    asked = guard(stack, clock)

    asked.check()
    clock.sleep(14)
    asked.check()

    assert stack.asked == 1


def test_a_wait_uses_up_the_answer(clock):
    stack = FakeStack()
    asked = guard(stack, clock)
    asked.check()

    asked.note_wait()
    asked.check()

    assert stack.asked == 2


def test_a_withdrawal_stands_whatever_the_stack_shows_later(clock):
    stack = FakeStack("ROLLBACK_IN_PROGRESS")
    asked = guard(stack, clock)

    for later in ("CREATE_IN_PROGRESS", None):
        with pytest.raises(WithdrawnError):
            asked.check()
        stack.shown = later

    assert stack.asked == 1


def test_silence_is_no_withdrawal_of_a_create_that_was_sent_just_now(clock):
    stack = FakeStack(None)

    guard(stack, clock).check()

    assert stack.asked == 1


def test_silence_is_remembered_until_the_request_is_15_seconds_old(clock):
    stack = FakeStack(None)
    asked = guard(stack, clock)

    for _ in range(15):
        asked.check()
        clock.sleep(1)

    assert stack.asked == 1
    with pytest.raises(WithdrawnError, match="the stack status could not be read"):
        asked.check()


def test_silence_after_15_seconds_is_a_withdrawal(clock):
    asked = guard(FakeStack(None), clock)
    clock.sleep(15)

    with pytest.raises(WithdrawnError, match=r"the stack status could not be read \(Throttling\)") as raised:
        asked.check()

    assert not raised.value.is_known


def test_silence_after_a_wait_is_a_withdrawal(clock):
    asked = guard(FakeStack(None), clock)
    asked.note_wait()

    with pytest.raises(WithdrawnError):
        asked.check()


def test_silence_never_consents_to_an_update_or_to_a_create_that_may_have_been_delivered_before(clock):
    asked = guard(FakeStack(None), clock, is_fresh_create=False)

    with pytest.raises(WithdrawnError):
        asked.check()


def test_a_stack_that_takes_15_seconds_not_to_answer_has_withdrawn(clock):
    stack = FakeStack(None)
    stack.before_answer = lambda: clock.sleep(15)
    asked = guard(stack, clock)

    with pytest.raises(WithdrawnError):
        asked.check()


@pytest.mark.parametrize(
    ("status", "is_rolling_back"),
    [
        ("UPDATE_ROLLBACK_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", True),
        ("UPDATE_IN_PROGRESS", False),
        ("DELETE_IN_PROGRESS", False),
        (None, False),
    ],
)
def test_only_a_stack_that_says_so_rolls_back(clock, status, is_rolling_back):
    assert guard(FakeStack(status), clock, is_fresh_create=False).is_rolling_back() is is_rolling_back


def test_the_clock_is_asked_again_after_the_stack_because_the_answer_may_have_taken_long():
    aws, stack = FakeAws(ready()), FakeStack()
    stack.before_answer = lambda: aws.clock.sleep(30)

    results = finalize([SERVER], options=options(act=20, guard=guard_of(aws, stack)), services=aws.services)

    assert isinstance(results[SERVER].cause, OutOfTimeError)
    assert aws.writes == []


def test_a_consent_that_ends_while_the_write_is_signed_is_asked_for_again():
    aws, stack = FakeAws(ready()), FakeStack()
    asked = guard_of(aws, stack)
    asked.check()
    aws.clock.sleep(10)
    aws.before_sending = lambda: aws.clock.move(6)

    finalize([SERVER], options=options(guard=asked), services=aws.services)

    assert stack.asked == 2
    assert aws.calls.count("DescribeSourceServers") == 2
    assert aws.writes == ["FinalizeCutover"]


def test_nothing_is_archived_for_a_stack_that_does_not_go_forward():
    aws = FakeAws(finalized())
    guard = guard_of(aws, FakeStack("UPDATE_ROLLBACK_IN_PROGRESS"))

    results = finalize([SERVER], options=options(archive=True, guard=guard), services=aws.services)

    assert aws.writes == []
    assert results[SERVER].report.warnings == (
        "It was not archived: Nothing was finalized: the stack status is UPDATE_ROLLBACK_IN_PROGRESS.",
    )
