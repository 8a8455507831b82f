"""A call ends at its time limit, whatever the network does."""

import threading
from datetime import timedelta

import pytest

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.time_limit import NoAnswerInTimeError, TimeLimit
from finalize_cutover.clock import WallClock
from finalize_cutover.cutover.errors import MgnUnavailableError, OutOfTimeError
from tests.unit.builders import NOW
from tests.unit.fakes import FakeClock


@pytest.fixture
def never():
    """A call that does not end before the test does."""
    end = threading.Event()
    yield lambda: end.wait(30)
    end.set()


def limit(seconds):
    clock = WallClock()
    return TimeLimit(clock, until=clock.now() + timedelta(seconds=seconds))


def test_what_the_call_returns_is_returned():
    assert limit(30).run(lambda: "answer") == "answer"


def test_what_the_call_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        limit(30).run(lambda: 1 / 0)


def test_a_call_that_does_not_end_is_given_up_at_the_moment(never):
    with pytest.raises(NoAnswerInTimeError):
        limit(0.05).run(never)


def test_a_call_that_does_not_end_is_given_up_after_its_own_time(never):
    with pytest.raises(NoAnswerInTimeError):
        limit(30).run(never, within=timedelta(seconds=0.05))


@pytest.mark.parametrize("seconds", [0, -1])
def test_without_time_nothing_is_called(seconds):
    called = []

    with pytest.raises(OutOfTimeError):
        TimeLimit(FakeClock(), until=NOW + timedelta(seconds=seconds)).run(lambda: called.append(1))

    assert called == []


def test_without_time_of_its_own_nothing_is_called():
    called = []

    with pytest.raises(OutOfTimeError):
        limit(30).run(lambda: called.append(1), within=timedelta(0))

    assert called == []


def test_the_calls_own_timeout_is_its_own():
    def time_out():
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        limit(30).run(time_out)


def test_a_call_that_was_given_up_goes_on_in_its_thread():
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def call():
        begun.set()
        go_on.wait(30)
        ended.set()

    with pytest.raises(NoAnswerInTimeError):
        limit(30).run(call, within=timedelta(seconds=0.2))
    go_on.set()

    assert begun.is_set()
    assert ended.wait(30)


def test_no_answer_in_time_may_have_had_its_effect(never):
    with (
        pytest.raises(MgnUnavailableError, match="got no response in time") as caught,
        translated("mgn:FinalizeCutover"),
    ):
        limit(0.05).run(never)

    assert (caught.value.code, caught.value.is_throttled, caught.value.http_status) == ("NoAnswerInTime", False, None)
