"""A direct request and a sweep report within their time, whatever MGN does, and write nothing after the report."""

import time

import pytest

from finalize_cutover.cutover.errors import MgnUnavailableError
from tests.integration.caller import Caller
from tests.oddities import JOB, add_ready
from tests.written import taken, writes, written_after

# The longest attempt of a write takes 10 s.
SECONDS_LEFT, LAST_BEGINNING = 14, 4
SERVERS = 30
FOR_GOOD = 1000


@pytest.fixture
def caller(aws):
    return Caller(aws)


@pytest.fixture(params=["direct", "sweep"])
def throttled(request, caller):
    """Requests, in one of two ways, more source servers than MGN accepts in the available time."""
    servers = [add_ready(caller.aws, number, jobID=JOB) for number in range(1, SERVERS + 1)]
    event = {"action": "sweep"} if request.param == "sweep" else {"sourceServerIDs": servers, "waitMinutes": 0}
    caller.aws.set_pace(callsPerSecond=2, burst=6)
    return lambda: caller.send(event, seconds_left=SECONDS_LEFT)


def test_a_throttled_request_sends_nothing_after_its_report_and_nothing_that_might_outlast_its_time(caller, throttled):
    began_at = time.time()
    throttled()
    ended_at = time.time()
    time.sleep(2)

    assert taken(caller.aws)
    assert written_after(caller.aws, min(ended_at, began_at + LAST_BEGINNING + 0.5)) == []


def test_the_report_of_a_throttled_request_says_what_was_not_reached(caller, throttled):
    report = throttled()

    assert report["counts"] == {"FINALIZED": len(taken(caller.aws))}
    assert (report["outcome"], len(report["remaining"])) == ("PARTIAL", SERVERS - len(taken(caller.aws)))


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_an_mgn_that_answers_no_look_lets_a_direct_request_end_in_its_time(caller, fault):
    server_id = add_ready(caller.aws, 1)
    caller.aws.add_fault("DescribeSourceServers", fault, times=FOR_GOOD, seconds=6)
    began_at = time.monotonic()

    with pytest.raises(MgnUnavailableError, match="DescribeSourceServers got no response in time"):
        caller.ask(server_id, seconds_left=3)

    assert time.monotonic() - began_at < 3


def test_an_mgn_that_answers_no_write_lets_a_direct_request_report_in_its_time(caller):
    servers = [add_ready(caller.aws, number) for number in (71, 72, 73)]
    hanging = servers[0]
    caller.aws.add_fault("FinalizeCutover", "hang", times=FOR_GOOD, seconds=14, parameters={"sourceServerID": hanging})
    began_at = time.monotonic()

    report = caller.send({"sourceServerIDs": servers, "waitMinutes": 0}, seconds_left=13)

    assert time.monotonic() - began_at < 13
    assert report["counts"] == {"FINALIZED": 2, "FAILED": 1}
    assert report["servers"][0]["error"]["retryable"]


def test_a_server_that_was_finalized_after_its_answer_was_lost_is_found_finalized_by_the_next_request(caller):
    server_id = add_ready(caller.aws, 74)
    caller.aws.add_fault("FinalizeCutover", "stale", times=FOR_GOOD, seconds=60)
    caller.aws.add_fault("FinalizeCutover", "reset-after")
    with pytest.raises(MgnUnavailableError):
        caller.ask(server_id, seconds_left=13)
    caller.aws.clear_faults()

    assert caller.ask(server_id)["outcome"] == "FINALIZED"
    assert len(writes(caller.aws)) == 0


def test_after_a_throttled_request_a_single_one_in_the_same_environment_takes_no_longer_than_usual(caller):
    usual, later, *many = [add_ready(caller.aws, number) for number in range(101, 115)]
    caller.ask(usual, action="check")  # creates the clients
    began_at = time.monotonic()
    caller.ask(usual)
    seconds = time.monotonic() - began_at
    caller.aws.set_pace(callsPerSecond=8, burst=4)
    caller.send({"sourceServerIDs": many, "waitMinutes": 0})
    assert any(call["fault"] == "throttle" for call in writes(caller.aws))
    caller.aws.set_pace()

    began_at = time.monotonic()
    report = caller.ask(later)

    assert report["outcome"] == "FINALIZED"
    assert time.monotonic() - began_at < 5 * seconds + 0.25
