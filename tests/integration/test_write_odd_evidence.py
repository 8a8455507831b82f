"""Unusual evidence about a source server or its cutover job blocks the finalization, and the reason names it."""

import pytest

from tests.integration.caller import Caller
from tests.oddities import (
    FAILURES_IN_THE_LOG,
    JOB,
    ODDITIES,
    PASSING_IN_THE_LOG,
    SERVER,
    TAGS,
)


@pytest.fixture
def caller(aws):
    return Caller(aws)


def named(oddities):
    return [pytest.param(one, id=one.name) for one in oddities]


def reasons(report):
    return "; ".join(f["reason"] for f in report["readiness"] if f["verdict"] in {"WAIT", "BLOCK"})


def swept(caller):
    """Return a sweep's report on the only server."""
    (server,) = caller.send({"action": "sweep"})["servers"]
    return server


@pytest.mark.parametrize("oddity", named([*ODDITIES, *FAILURES_IN_THE_LOG]))
def test_a_direct_request_finalizes_nothing_odd(caller, oddity):
    oddity.add_to(caller.aws)

    report = caller.ask(SERVER, soakMinutes=oddity.soak_minutes)

    assert (report["outcome"], caller.writes) == ("BLOCKED", [])
    assert oddity.words in reasons(report)


@pytest.mark.parametrize("oddity", named([*(one for one in ODDITIES if not one.soak_minutes), *FAILURES_IN_THE_LOG]))
def test_a_sweep_finalizes_nothing_odd(caller, oddity):
    oddity.add_to(caller.aws)

    server = swept(caller)

    assert (server["outcome"], caller.writes) == ("BLOCKED", [])
    assert oddity.words in reasons(server)


@pytest.mark.parametrize("oddity", named(PASSING_IN_THE_LOG))
def test_a_line_of_the_log_that_is_no_failure_passes_with_a_warning(caller, oddity):
    oddity.add_to(caller.aws)

    report = caller.ask(SERVER)

    assert report["outcome"] == "FINALIZED"
    assert any(oddity.words in warning for warning in report["warnings"])


@pytest.mark.parametrize("oddity", named(PASSING_IN_THE_LOG))
def test_a_line_of_the_log_that_is_no_failure_passes_in_a_sweep_with_a_warning(caller, oddity):
    oddity.add_to(caller.aws)

    server = swept(caller)

    assert server["outcome"] == "FINALIZED"
    assert any(oddity.words in warning for warning in server["warnings"])


def test_another_servers_failure_in_the_log_of_a_shared_job_is_no_concern_of_ours(caller):
    caller.aws.add_source_server("ready", sourceServerID=SERVER, jobID=JOB, tags=TAGS)
    data = {"sourceServerID": "s-0123456789abcdef9"}
    caller.aws.change_job(JOB, log=[{"event": "BOOT_FAILED", "eventData": data}])

    assert caller.ask(SERVER)["outcome"] == "FINALIZED"


@pytest.mark.parametrize("member", ["reverted", "finalized"])
def test_an_empty_object_is_mgns_way_to_say_that_it_never_happened(caller, member):
    caller.aws.add_source_server("ready", sourceServerID=SERVER, jobID=JOB, tags=TAGS)
    caller.aws.change_source_server(SERVER, lifeCycle={"lastCutover": {member: {}}})

    assert caller.ask(SERVER)["outcome"] == "FINALIZED"
