"""Conflicts, lost responses and stale reads over HTTP: one finalization, and ``changed`` shows which request did it."""

import socket
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.config import Config

from finalize_cutover.aws import before_send
from finalize_cutover.aws.mgn import AwsMgn
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.clock import WallClock
from finalize_cutover.cutover.errors import MgnUnavailableError
from finalize_cutover.cutover.finalize.write import finalize_once
from finalize_cutover.cutover.ports import Services
from tests.integration.caller import Caller

SERVER = "s-0123456789abcdef0"


@pytest.fixture
def caller(aws):
    caller = Caller(aws)
    aws.add_source_server("ready", sourceServerID=SERVER)
    return caller


@pytest.fixture
def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def state(mgn):
    (server,) = mgn.describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"]
    return server["lifeCycle"]["state"]


def finalizations(caller):
    """HTTP statuses of all attempts to finalize; 200 for the one that MGN accepted."""
    return [call["status"] for call in caller.aws.calls("mgn") if call["operation"] == "FinalizeCutover"]


def test_a_connection_that_breaks_before_the_effect_is_tried_again_after_another_look(caller):
    caller.aws.add_fault("FinalizeCutover", "reset")

    report = caller.ask(SERVER)

    assert (report["outcome"], report["changed"]) == ("FINALIZED", True)
    assert finalizations(caller) == [None, 200]
    assert caller.aws.operations().count("DescribeJobLogItems") == 2


def test_a_connection_that_breaks_after_the_effect_is_a_change_of_ours(caller, mgn):
    caller.aws.add_fault("FinalizeCutover", "reset-after")

    report = caller.ask(SERVER)

    assert (report["outcome"], report["changed"]) == ("FINALIZED", True)
    assert finalizations(caller) == [None]
    assert state(mgn) == "CUTOVER"


def test_a_connection_that_never_stands_is_raised_and_nothing_is_changed(caller, mgn):
    caller.aws.add_fault("FinalizeCutover", "reset", times=3)

    with pytest.raises(MgnUnavailableError, match=f"{SERVER}: mgn:FinalizeCutover got no readable response"):
        caller.ask(SERVER)

    assert finalizations(caller) == [None] * 3
    assert state(mgn) == "CUTTING_OVER"


def test_who_asks_again_after_a_lost_answer_gets_the_same_answer(caller):
    caller.aws.add_fault("FinalizeCutover", "reset-after")
    first = caller.ask(SERVER)

    second = caller.ask(SERVER)

    assert (first["finalizedAt"], second["finalizedAt"]) == (first["finalizedAt"],) * 2
    assert (second["outcome"], second["changed"]) == ("FINALIZED", False)


def test_a_conflict_that_stands_is_reported_after_further_reads(caller, mgn):
    caller.aws.add_fault("FinalizeCutover", "conflict")

    report = caller.ask(SERVER)

    assert (report["outcome"], report["changed"]) == ("FAILED", False)
    error = report["error"]
    assert (error["code"], error["httpStatus"], error["retryable"]) == ("ConflictException", 409, False)
    assert caller.aws.operations().count("DescribeSourceServers") == 4
    assert state(mgn) == "CUTTING_OVER"


def test_reads_that_lag_behind_a_lost_answer_are_waited_for(caller):
    caller.aws.add_fault("FinalizeCutover", "stale", times=1, seconds=60)
    caller.aws.add_fault("FinalizeCutover", "reset-after")

    report = caller.ask(SERVER)

    assert (report["outcome"], report["changed"]) == ("FINALIZED", True)
    assert caller.aws.operations().count("DescribeSourceServers") == 3


def test_a_stale_read_leads_to_no_second_effect(caller):
    caller.aws.add_fault("FinalizeCutover", "stale", times=1, seconds=60)
    first = caller.ask(SERVER)

    second = caller.ask(SERVER)

    assert (first["changed"], second["outcome"], second["changed"]) == (True, "FINALIZED", False)
    assert finalizations(caller) == [409]


def test_a_host_that_is_not_there_is_raised_as_unavailable(caller, unused_port):
    caller.aws.clear_calls()
    caller.redirect(f"http://127.0.0.1:{unused_port}")

    with pytest.raises(MgnUnavailableError, match="mgn:DescribeSourceServers got no readable response") as caught:
        caller.ask(SERVER)

    assert (caught.value.code, caught.value.http_status) == ("EndpointConnectionError", None)


def test_an_effect_that_comes_after_we_gave_up_is_found_by_looking_again(aws, caller, mgn):
    hasty = boto3.client(
        "mgn", endpoint_url=aws.url, config=Config(read_timeout=0.3, retries={"total_max_attempts": 1})
    )
    before_send.install(hasty)
    aws.add_fault("FinalizeCutover", "hang", seconds=0.6)
    until = datetime.now(UTC) + timedelta(minutes=1)
    port = AwsMgn(lambda: hasty, writer=lambda: hasty, limit=TimeLimit(WallClock(), until=until))
    services = Services(mgn=port, instances=None, clock=WallClock())

    server, changed = finalize_once(SERVER, services=services, before_send=lambda: None, until=until)

    assert (server.is_finalized, changed) == (True, True)
    assert state(mgn) == "CUTOVER"
