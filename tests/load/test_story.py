"""The scenario of a load test depends only on its seed, and has the planned content."""

from collections import Counter

import pytest

from local.cloudformation import faults
from tests.load.plan import FULL, SMALL, Plan
from tests.load.story import KINDS, MOST_BETWEEN, story
from tests.load.weather import OF_ANSWERS, OF_CALLS, in_turn, of_answers

PLANS = [FULL, SMALL]


def share(part, whole):
    return pytest.approx(len(part) / len(whole), abs=0.01)


@pytest.mark.parametrize("plan", PLANS)
def test_a_fifth_of_the_launches_is_told_of_twice_and_never_long_after(plan):
    told = story(plan).launches

    places = {server_id: [at for at, other in enumerate(told) if other == server_id] for server_id in told}
    doubled = [at for at in places.values() if len(at) == 2]
    assert len(told) == plan.events
    assert len(doubled) == plan.events * plan.duplicates
    assert max(map(len, places.values())) == 2
    # Other launch results are also between them.
    assert max(second - first for first, second in doubled) <= 3 * MOST_BETWEEN


@pytest.mark.parametrize("plan", PLANS)
def test_half_of_the_stacks_ask_for_a_server_that_an_event_is_about(plan):
    told = story(plan)

    asked = [ask.server_id for ask in told.asks]
    assert len(set(asked)) == len(asked) == plan.requests
    assert len(set(asked) & set(told.launches)) == plan.requests / 2
    assert sum(ask.is_doubled for ask in told.asks) == plan.requests * plan.duplicates


def test_events_about_servers_of_stacks_come_while_the_stacks_are_at_work():
    told = story(FULL)

    asked = {ask.server_id for ask in told.asks}
    assert {server_id for server_id in told.launches if server_id in asked} <= set(told.launches[: FULL.requests])


def test_every_kind_has_its_share():
    counts = Counter(kind.outcome for kind in story(FULL).servers.values())

    assert sum(kind.share for kind in KINDS.values()) == pytest.approx(1)
    assert counts["SKIPPED"] / counts.total() == pytest.approx(0.1, abs=0.03)
    assert counts["FINALIZED"] / counts.total() == pytest.approx(0.68, abs=0.03)


def test_the_seed_decides_everything():
    again, other = story(Plan(**{**_values(SMALL), "seed": 1})), story(Plan(**{**_values(SMALL), "seed": 2}))

    assert story(SMALL) == again
    assert story(SMALL) != other


def _values(plan):
    return {name: getattr(plan, name) for name in plan.__slots__}


def test_faults_that_are_tried_in_turn_spoil_as_many_calls_as_they_should():
    spared, spoiled = 1.0, {}
    for fault, probability in in_turn(OF_CALLS, 0.1).items():
        spoiled[fault] = spared * probability
        spared -= spoiled[fault]

    assert 1 - spared == pytest.approx(0.1)
    assert spoiled == pytest.approx({fault: 0.1 * share for fault, share in OF_CALLS.items()})


def test_a_tenth_of_the_answers_goes_wrong_in_all_ways_and_the_same_ones_again():
    first, second = of_answers(FULL), of_answers(FULL)

    drawn = [next(first) for _ in range(5000)]

    assert sum(fault != faults.NONE for fault in drawn) / 5000 == pytest.approx(0.1, abs=0.01)
    assert set(drawn) == {faults.NONE, *OF_ANSWERS}
    assert drawn == [next(second) for _ in range(5000)]
