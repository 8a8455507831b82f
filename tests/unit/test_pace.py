"""The rate of the writes: unlimited until the service throttles, then the rate that the service accepts."""

import threading
from datetime import timedelta

import pytest

from finalize_cutover.cutover.finalize.pace import (
    FASTER,
    FIRST,
    LARGEST_BATCH,
    MOST_FALLS,
    MUCH_SLOWER,
    SLOWER,
    SLOWEST,
    Pace,
)
from tests.unit.builders import NOW
from tests.unit.fakes import FakeClock

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def pace(clock):
    return Pace(clock)


def fall(pace, times=1):
    """Simulate that number of throttled writes, each sent at the current rate."""
    for _ in range(times):
        pace.note_throttled(pace.wait(until=LATER))


def rate(pace, clock):
    """Return the current rate limit, in writes per second."""
    pace.wait(until=LATER)
    before = clock.now()
    pace.wait(until=LATER)
    return 1 / (clock.now() - before).total_seconds()


def test_nobody_waits_until_the_service_throttles(pace, clock):
    permits = [pace.wait(until=LATER) for _ in range(1000)]

    assert None not in permits
    assert clock.sleeps == []


def test_the_first_throttled_write_begins_the_pace(pace, clock):
    fall(pace)

    assert rate(pace, clock) == pytest.approx(FIRST, rel=1e-3)


def test_each_further_fall_slows_it_by_the_same_factor(pace, clock):
    fall(pace, 2)

    assert rate(pace, clock) == pytest.approx(FIRST * SLOWER, rel=1e-3)


def test_writes_that_were_on_their_way_when_it_fell_let_it_fall_no_further(pace, clock):
    permits = [pace.wait(until=LATER) for _ in range(10)]
    for permit in permits:
        pace.note_throttled(permit)

    assert rate(pace, clock) == pytest.approx(FIRST, rel=1e-3)


def test_after_a_fall_the_next_write_waits_a_whole_interval(pace, clock):
    fall(pace)

    pace.wait(until=LATER)

    assert sum(clock.sleeps) == pytest.approx(1 / FIRST)


def test_a_permit_that_was_promised_before_a_fall_waits_again(pace, clock):
    fall(pace)
    old = pace.wait(until=LATER)
    sleep = clock.sleep

    def fall_meanwhile(seconds):
        clock.sleep = sleep
        sleep(seconds)
        pace.note_throttled(old)

    clock.sleep = fall_meanwhile
    pace.wait(until=LATER)

    assert clock.sleeps[-1] == pytest.approx(1 / (FIRST * SLOWER), rel=1e-3)


def test_where_nothing_is_taken_it_falls_faster_and_never_below_the_slowest(pace, clock):
    fall(pace, 4)
    slower = rate(pace, clock)
    fall(pace, 7)

    assert slower == pytest.approx(FIRST * SLOWER * SLOWER * MUCH_SLOWER, rel=1e-3)
    assert rate(pace, clock) == pytest.approx(SLOWEST, rel=1e-3)


def test_each_write_that_is_taken_makes_it_faster_by_the_same_amount(pace, clock):
    fall(pace)
    for _ in range(5):
        pace.note_taken()

    assert rate(pace, clock) == pytest.approx(FIRST + 5 * FASTER, rel=1e-3)


def test_from_the_slowest_pace_it_is_eight_times_as_fast_within_fifteen_seconds(pace, clock):
    fall(pace, 11)
    ends_at = clock.now() + timedelta(seconds=15)

    while pace.wait(until=ends_at) is not None:
        pace.note_taken()

    assert rate(pace, clock) >= 8 * SLOWEST


def test_a_write_taken_without_a_limit_sets_none(pace, clock):
    pace.note_taken()

    pace.wait(until=LATER)
    pace.wait(until=LATER)

    assert clock.sleeps == []


def test_a_service_that_takes_nothing_is_not_asked_for_ever(pace, clock):
    fall(pace, MOST_FALLS - 1)
    before = pace.is_stuck
    fall(pace)

    assert (before, pace.is_stuck) == (False, True)
    assert 10 <= (clock.now() - NOW).total_seconds() <= 20


def test_one_write_that_is_taken_shows_that_the_service_is_not_stuck(pace):
    fall(pace, MOST_FALLS - 1)
    pace.note_taken()
    fall(pace)

    assert not pace.is_stuck


def test_who_would_have_to_wait_too_long_is_told_at_once_and_takes_no_turn(pace, clock):
    fall(pace)
    turn = pace.next_at

    permits = [pace.wait(until=clock.now() + timedelta(seconds=0.05)) for _ in range(20)]

    assert set(permits) == {None}
    assert pace.next_at == turn
    assert clock.sleeps == []


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(seconds=1)])
def test_there_is_no_permit_at_or_after_the_end(pace, until):
    assert pace.wait(until=until) is None


@pytest.mark.parametrize(("falls", "size"), [(0, LARGEST_BATCH), (1, 150), (2, 127), (11, 7)])
def test_as_many_are_looked_at_as_can_be_written_while_evidence_is_young(pace, falls, size):
    fall(pace, falls)

    assert pace.batch_size == size


def test_several_threads_share_one_pace(pace, clock):
    fall(pace)
    lock = threading.Lock()
    sleep, sleeps = clock.sleep, []

    def sleep_alone(seconds):
        with lock:
            sleeps.append(seconds)

    clock.sleep = sleep_alone
    threads = [threading.Thread(target=pace.wait, kwargs={"until": LATER}) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.sleep = sleep

    assert sorted(sleeps) == pytest.approx([number / FIRST for number in range(1, 21)])
