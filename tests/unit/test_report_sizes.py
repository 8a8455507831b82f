"""Reports on many source servers are small enough for their callers, whatever the source servers are like."""

import json

import pytest

from finalize_cutover.cutover.errors import MgnRefusedError
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.eventbridge import sweep
from tests.unit.automated import approved
from tests.unit.builders import OTHER_JOB, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging, audited, production, staged_volume

# A state of Step Functions, and a response that is easy to handle.
STATE, RESPONSE = 256 * 1024, 1_000_000
IDS = [f"s-{number:017}" for number in range(4000)]
HOSTNAME = "application-server-0123456789"
LIKE = {
    "ready": {},
    "waiting": {"first_boot": "WAITING", "ec2_system": "initializing", "ec2_instance": "initializing"},
    "impaired": {"ec2_system": "impaired", "ec2_instance": "impaired"},
    "of another job": {"instance_job": OTHER_JOB, "launch_instance": "i-0fedcba9876543210"},
    "replicating": {"state": "READY_FOR_TEST", "without": ["last_cutover", "launched_instance"]},
}


def size(answer):
    """Return the bytes of *answer* as Lambda serializes it."""
    return len(json.dumps(answer).encode())


def servers(count, **differences):
    return [ready(server_id, hostname=HOSTNAME, **differences) for server_id in IDS[:count]]


@pytest.mark.parametrize("kind", LIKE)
@pytest.mark.parametrize("action", ["finalize", "check"])
def test_200_reports_fit_into_a_state_of_step_functions(action, kind):
    aws = FakeAws(*servers(200, **LIKE[kind]))

    answer = direct.handle({"action": action, "sourceServerIDs": IDS[:200], "waitMinutes": 0}, invocation(aws))

    assert len(answer["servers"]) == 200
    assert size(answer) < STATE


def checked(count):
    """Return the reports of a check of servers that break many rules."""
    aws = FakeAws(*servers(count, **LIKE["replicating"]))
    return direct.handle({"action": "check", "sourceServerIDs": IDS[:count]}, invocation(aws))["servers"]


@pytest.mark.parametrize(("count", "has_hints"), [(100, True), (150, False)])
def test_hints_are_omitted_only_where_they_do_not_fit(count, has_hints):
    reports = checked(count)

    assert {"hint" in found for report in reports for found in report["readiness"]} == {has_hints}
    assert {len(report["readiness"]) for report in reports} == {8}


def test_only_the_first_checks_are_listed_where_all_of_them_do_not_fit():
    reports = checked(200)

    assert [[found["rule"] for found in report["readiness"]] for report in reports] == [
        ["lifecycle", "cutover-job", "job-log"]
    ] * 200
    assert {report["rulesPassed"] for report in reports} == {6}


def test_200_long_errors_fit_into_a_state_of_step_functions():
    aws = FakeAws(*servers(200))
    aws.fail("FinalizeCutover", *[MgnRefusedError("no " * 1000, code="ValidationException")] * 200)

    answer = direct.handle({"action": "finalize", "sourceServerIDs": IDS[:200], "waitMinutes": 0}, invocation(aws))

    assert {report["error"]["message"] for report in answer["servers"]} == {("no " * 1000)[:300] + "..."}
    assert size(answer) < STATE


def test_200_audits_fit_into_a_state_of_step_functions():
    aws = FakeAws(*(audited(server_id, hostname=HOSTNAME) for server_id in IDS[:200]))
    volumes = [
        staged_volume(f"vol-{number:017}-{disk}", tags={**staged_volume().tags, **tag_of(server_id)})
        for number, server_id in enumerate(IDS[:200])
        for disk in (1, 2)
    ]
    staging = FakeStaging(*production(), *volumes)

    answer = direct.handle(
        {"action": "audit", "sourceServerIDs": IDS[:200]}, invocation(aws, make_staging=lambda *_: staging)
    )

    assert sum(len(report["leftovers"]) for report in answer["servers"]) == 400
    assert size(answer) < STATE


def tag_of(server_id):
    return {"AWSApplicationMigrationServiceSourceServerID": server_id}


def test_a_sweep_over_4000_servers_answers_below_1_mb():
    half = [approved(server_id, hostname=HOSTNAME, **LIKE["impaired"]) for server_id in IDS[:2000]]
    done = [audited(server_id, hostname=HOSTNAME, last_seen_at=None, staged_bytes=(1,)) for server_id in IDS[2000:]]
    aws = FakeAws(*half, *done)

    answer = sweep.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: FakeStaging(*production())))

    assert answer["total"] == 2000
    assert len(answer["servers"]) + answer["notListed"] == 2000
    assert 100 < len(answer["servers"]) <= 500
    assert len(answer["audit"]["servers"]) + answer["audit"]["notListed"] == 2000
    assert size(answer) < RESPONSE


def test_a_sweep_lists_the_most_severe_first():
    calm = [approved(server_id, first_boot="WAITING") for server_id in IDS[:600]]
    aws = FakeAws(*calm, approved(IDS[700], first_boot="STOPPED"), approved(IDS[701]))

    answer = sweep.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: FakeStaging()))

    assert [report["outcome"] for report in answer["servers"][:3]] == ["BLOCKED", "FINALIZED", "NOT_READY"]
    assert (len(answer["servers"]), answer["notListed"]) == (500, 102)
