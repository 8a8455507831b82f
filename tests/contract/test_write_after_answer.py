"""If the timer responds while a write is about to be sent, the write is not sent."""

import time

import pytest

from tests.contract.provider import OTHER_SERVER, SERVER
from tests.written import writes

# When the timer fires: early, but late enough that a busy machine has begun the write.
TIMER = 3


@pytest.fixture
def hurried(new_provider, clock, aws):
    """A provider whose timer fires early, and whose stack's status arrives after the timer."""
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_source_server("ready", sourceServerID=OTHER_SERVER)

    def work(services):
        clock.set_back(60)
        return services

    clock.on_work = work
    return new_provider(handler=clock.handler, seconds=5 + TIMER)


def test_a_write_that_waits_for_the_stacks_answer_is_not_sent_after_the_timer_has_answered(hurried, aws):
    aws.add_fault("DescribeStacks", "hang", service="cloudformation", seconds=TIMER + 1)

    exchange = hurried.send("Create")

    assert exchange.only_answer().status == "FAILED"
    assert writes(aws) == []


def test_a_write_that_is_in_flight_when_the_timer_answers_is_named_and_no_further_one_is_sent(hurried, aws):
    both = [SERVER, OTHER_SERVER]
    aws.add_fault("FinalizeCutover", "hang", seconds=TIMER + 1, parameters={"sourceServerID": SERVER})
    aws.add_fault("FinalizeCutover", "throttle", times=1000, parameters={"sourceServerID": OTHER_SERVER})

    exchange = hurried.send("Create", {"SourceServerIDs": both, "WaitMinutes": 0})
    exchange.conclude()
    answered_at = exchange.puts[0].received_at
    time.sleep(1)

    assert f"MGN has not responded yet about {SERVER}; they may be finalized" in exchange.only_answer().reason
    assert [call for call in writes(aws) if call["receivedAt"] > answered_at + 0.05] == []
