"""Whoever asked is asked again before anything is done, once time has passed, and not for every server."""

import pytest

from finalize_cutover.cutover.consent import Consent
from finalize_cutover.cutover.errors import OutOfTimeError, WithdrawnError
from finalize_cutover.cutover.finalize import finalize
from tests.unit.builders import SERVER, order, ready
from tests.unit.fakes import FakeAws, FakeClock, FakeMandate


@pytest.fixture
def clock():
    return FakeClock()


def consent(mandate, clock, *, has_waited=False):
    return Consent(mandate, clock=clock, has_waited=has_waited)


@pytest.mark.parametrize("seconds", [0, 14, 15, 600])
def test_nothing_is_done_before_the_first_question(clock, seconds):
    mandate = FakeMandate()
    asked = consent(mandate, clock)
    clock.sleep(seconds)

    asked.check()

    assert mandate.asked == 1


def test_a_request_may_have_been_withdrawn_before_it_came(clock):
    asked = consent(FakeMandate(is_withdrawn=True), clock)

    with pytest.raises(WithdrawnError):
        asked.check()


def test_one_confirmation_holds_for_every_server_of_the_next_15_seconds(clock):
    mandate = FakeMandate()
    asked = consent(mandate, clock, has_waited=True)

    for _ in range(30):
        asked.check()
        clock.sleep(1)

    assert mandate.asked == 2


def test_a_wait_uses_up_the_consent(clock):
    mandate = FakeMandate()
    asked = consent(mandate, clock, has_waited=True)
    asked.check()

    asked.note_wait()
    asked.check()

    assert mandate.asked == 2


def test_a_withdrawal_is_told_each_time(clock):
    asked = consent(FakeMandate(is_withdrawn=True), clock, has_waited=True)

    for _ in range(2):
        with pytest.raises(WithdrawnError):
            asked.check()


def test_silence_does_not_take_a_withdrawal_back(clock):
    mandate = FakeMandate(is_withdrawn=True)
    asked = consent(mandate, clock)
    with pytest.raises(WithdrawnError):
        asked.check()

    mandate.fall_silent()

    with pytest.raises(WithdrawnError):
        asked.check()


def test_nobody_is_asked_where_nobody_can_withdraw(clock):
    asked = consent(None, clock, has_waited=True)

    asked.note_wait()

    assert asked.check() is None


def test_silence_is_no_withdrawal_of_a_fresh_request(clock):
    mandate = FakeMandate(is_withdrawn=True, is_known=False)

    consent(mandate, clock).check()

    assert mandate.asked == 1


def test_silence_is_a_withdrawal_once_time_has_passed(clock):
    asked = consent(FakeMandate(is_withdrawn=True, is_known=False), clock)
    asked.check()
    clock.sleep(15)

    with pytest.raises(WithdrawnError):
        asked.check()


def test_silence_that_took_its_time_is_a_withdrawal(clock):
    mandate = FakeMandate(is_withdrawn=True, is_known=False)
    asked = consent(mandate, clock)
    mandate.before_answer = lambda: clock.sleep(15)

    with pytest.raises(WithdrawnError):
        asked.check()


def test_nothing_is_begun_when_it_took_too_long_to_ask():
    aws, mandate = FakeAws(ready()), FakeMandate()
    mandate.before_answer = lambda: aws.clock.sleep(30)

    results = finalize([SERVER], order=order(act=20, mandate=mandate, has_waited=True), world=aws.world)

    assert isinstance(results[SERVER].cause, OutOfTimeError)
    assert aws.finalized == []
