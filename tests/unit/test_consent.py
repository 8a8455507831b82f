"""Whoever asked is asked again once time has passed, and not for every server."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.consent import Consent
from finalize_cutover.cutover.errors import OutOfTimeError, WithdrawnError
from finalize_cutover.cutover.finalize import finalize
from tests.unit.builders import NOW, SERVER, order, ready
from tests.unit.fakes import FakeAws, FakeMandate


def consent(mandate, *, has_waited=False):
    return Consent(mandate, since=NOW, has_waited=has_waited)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [0, 14, 15, 600])
def test_nothing_is_done_before_the_first_question(seconds):
    mandate = FakeMandate()

    consent(mandate).check(after(seconds))

    assert mandate.asked == 1


def test_a_request_that_had_waited_before_must_be_confirmed_at_once():
    mandate = FakeMandate()

    consent(mandate, has_waited=True).check(NOW)

    assert mandate.asked == 1


def test_one_confirmation_holds_for_every_server_of_the_next_15_seconds():
    mandate = FakeMandate()
    asked = consent(mandate, has_waited=True)

    for seconds in range(30):
        asked.check(after(seconds))

    assert mandate.asked == 2


def test_a_wait_uses_up_the_consent():
    mandate = FakeMandate()
    asked = consent(mandate, has_waited=True)
    asked.check(NOW)

    asked.note_wait()
    asked.check(after(1))

    assert mandate.asked == 2


def test_a_withdrawal_is_told_each_time():
    asked = consent(FakeMandate(is_withdrawn=True), has_waited=True)

    for _ in range(2):
        with pytest.raises(WithdrawnError):
            asked.check(NOW)


def test_silence_does_not_take_a_withdrawal_back():
    mandate = FakeMandate(is_withdrawn=True)
    asked = consent(mandate)
    with pytest.raises(WithdrawnError):
        asked.check(NOW)

    mandate.fall_silent()

    with pytest.raises(WithdrawnError):
        asked.check(NOW)


def test_nobody_is_asked_where_nobody_can_withdraw():
    asked = consent(None, has_waited=True)

    asked.note_wait()

    assert asked.check(after(600)) is None


def test_a_request_may_have_been_withdrawn_before_it_came():
    with pytest.raises(WithdrawnError):
        consent(FakeMandate(is_withdrawn=True)).check(NOW)


def test_silence_is_no_withdrawal_of_a_fresh_request():
    mandate = FakeMandate(is_withdrawn=True, is_known=False)

    consent(mandate).check(NOW)

    assert mandate.asked == 1


def test_silence_is_a_withdrawal_once_time_has_passed():
    asked = consent(FakeMandate(is_withdrawn=True, is_known=False))
    asked.check(NOW)

    with pytest.raises(WithdrawnError):
        asked.check(after(15))


def test_nothing_is_begun_when_it_took_too_long_to_ask():
    aws, mandate = FakeAws(ready()), FakeMandate()
    mandate.confirm = lambda: aws.clock.sleep(30)

    results = finalize([SERVER], order=order(act=20, mandate=mandate, has_waited=True), world=aws.world)

    assert isinstance(results[SERVER].cause, OutOfTimeError)
    assert aws.finalized == []
