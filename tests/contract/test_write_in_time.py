"""No write begins that cannot end before the timer responds, and none after it; the response names writes in flight."""

import time

import pytest

from tests.contract.provider import SERVER, WEB
from tests.oddities import JOB, add_ready
from tests.written import writes, written_after

# Of 20 s, 5 are reserved between the timer and CloudFormation's timeout, and 10 for the longest attempt of a write.
TIMEOUT, TIMER, LAST_BEGINNING = 20, 15, 5
SERVERS = 30
FOR_GOOD = 1000


def send_throttled(provider, aws, *, calls_per_second=2):
    """Send a request for more servers than can be written in its time; return the exchange after the response."""
    servers = [add_ready(aws, number, jobID=JOB) for number in range(1, SERVERS + 1)]
    aws.set_pace(callsPerSecond=calls_per_second, burst=6)
    exchange = provider.send("Create", {"SourceServerIDs": servers, "WaitMinutes": 0, "ServiceTimeout": TIMEOUT})
    exchange.conclude()
    return exchange


def test_no_write_arrives_after_the_answer_has(provider, aws):
    exchange = send_throttled(provider, aws, calls_per_second=0.5)
    answered_at = exchange.puts[0].received_at
    time.sleep(4)

    assert exchange.only_answer().status == "FAILED"
    assert writes(aws)
    assert written_after(aws, answered_at) == []


def test_no_write_begins_in_the_last_ten_seconds_before_the_timer(provider, aws):
    sent_at = time.time()

    exchange = send_throttled(provider, aws)
    exchange.only_answer()

    assert writes(aws)
    assert written_after(aws, sent_at + LAST_BEGINNING + 0.5) == []


def test_the_answer_of_a_throttled_request_says_how_many_are_not_finalized(provider, aws):
    answer = send_throttled(provider, aws).only_answer()

    finalized = sum(call["status"] == 200 for call in writes(aws))
    assert answer.reason.startswith(f"{SERVERS - finalized} of {SERVERS} source servers are not finalized.")
    assert 0 < finalized < SERVERS


@pytest.mark.slow
def test_a_write_whose_answer_comes_byte_by_byte_is_named_in_the_answer_as_one_that_may_have_had_its_effect(
    provider, aws
):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_fault("FinalizeCutover", "stale", times=FOR_GOOD, seconds=60)
    aws.add_fault("FinalizeCutover", "drip", seconds=14)

    # The write times out after 10 s; its effect is checked until the timer fires.
    answer = provider.ask("Create", {**WEB, "ServiceTimeout": 18})

    assert answer.status == "FAILED"
    assert f"MGN has not responded yet about {SERVER}; they may be finalized." in answer.reason
    assert len(writes(aws)) == 1


@pytest.mark.parametrize("fault", ["drip", "hang"])
def test_an_mgn_that_answers_nothing_in_time_ends_the_request_before_cloudformation_gives_up(provider, aws, fault):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_fault("*", fault, times=FOR_GOOD, seconds=10)
    sent_at = time.time()

    exchange = provider.send("Create", {**WEB, "ServiceTimeout": 8})

    assert exchange.only_answer().status == "FAILED"
    assert exchange.puts[0].received_at < sent_at + 6
