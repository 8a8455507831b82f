"""Every source server is reached within a bounded number of sweeps, whatever becomes of the others."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from finalize_cutover.cutover.errors import MgnUnavailableError
from finalize_cutover.handlers.eventbridge import sweep as handler
from finalize_cutover.handlers.eventbridge.order import INTERVAL, rotated
from tests.unit.automated import approved
from tests.unit.builders import INITIATED_AT
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging, audited, production

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
FLEET = 300


def in_time(number):
    """Return a time in the interval of that *number*."""
    return START + number * INTERVAL


@pytest.mark.parametrize("count", [0, 1, 2, 7, 1000])
def test_a_sweep_goes_through_all_in_their_order_around_to_the_first(count):
    items = list(range(count))

    found = rotated(items, START)

    start = found[0] if found else 0
    assert found == [*items[start:], *items[:start]]


def test_sweeps_of_the_same_interval_begin_at_the_same_one():
    assert rotated(range(1000), START) == rotated(range(1000), START + INTERVAL - timedelta(seconds=1))
    assert rotated(range(1000), START) != rotated(range(1000), START + INTERVAL)


@pytest.mark.parametrize(("count", "reached"), [(1001, 7), (1001, 67), (1001, 490), (4000, 100), (4000, 3999), (9, 1)])
def test_each_is_reached_in_twice_as_many_sweeps_as_are_needed_for_all(count, reached):
    most = math.ceil(2 * count / reached)
    last, widest = dict.fromkeys(range(count), -1), 0

    for number in range(3 * most):
        for item in rotated(range(count), in_time(number))[:reached]:
            widest, last[item] = max(widest, number - last[item]), number

    assert max(widest, *(3 * most - number for number in last.values())) <= most


def blocked_and_one_ready(position):
    """Return many servers whose log can never be read, after 5 s, and one ready server; each has its own job."""
    aws = FakeAws()
    for number in range(FLEET):
        name = f"{number:017}"
        own = {"cutover_job": f"mgnjob-{name}", "instance_job": f"mgnjob-{name}"}
        aws.set(approved(f"s-{name}", initiated_at=INITIATED_AT + timedelta(seconds=number), **own))
        if number != position:
            aws.unreadable_logs[f"mgnjob-{name}"] = MgnUnavailableError("broken")
    aws.take("DescribeJobLogItems", 1)
    return aws


@pytest.mark.parametrize("position", [0, 1, 100, 150, 298, 299])
def test_servers_that_can_never_be_read_do_not_keep_a_ready_one_from_its_turn(position):
    aws, reached, sweeps = blocked_and_one_ready(position), [], 0

    while not aws.finalized:
        report = sweep(aws)
        reached.append(FLEET - len(report["remaining"]))
        aws.clock.move(INTERVAL.total_seconds() - 50)
        sweeps += 1

    assert max(reached) < FLEET / 4
    assert sweeps <= math.ceil(2 * FLEET / min(reached))


def sweep(aws):
    staging = FakeStaging(*production())
    return handler.handle({"action": "sweep"}, invocation(aws, seconds_left=60, make_staging=lambda *_: staging))


def test_servers_that_can_never_be_read_leave_time_for_the_audit():
    aws = blocked_and_one_ready(position=0)
    aws.set(audited("s-0123456789abcdef0"))

    report = sweep(aws)

    assert report["remaining"]
    assert report["audit"]["total"] >= 1
