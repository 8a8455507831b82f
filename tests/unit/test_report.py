"""The report, version 1: its fields, its times and its outcomes."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from finalize_cutover.cutover.errors import CutoverError, MgnRefusedError, NotReadyError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.readiness.hints import HINTS
from finalize_cutover.cutover.report import Outcome, document, in_list, report_on
from finalize_cutover.version import VERSION
from tests.unit.builders import APPROVAL, JOB, SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws

FIELDS = [
    "schemaVersion",
    "functionVersion",
    "sourceServerID",
    "hostname",
    "applicationID",
    "arn",
    "outcome",
    "changed",
    "finalizedAt",
    "lifeCycleState",
    "dataReplicationState",
    "launchedInstanceID",
    "cutoverJobID",
    "cutoverLaunchedAt",
    "readiness",
    "warnings",
    "agentUninstalledBy",
    "replicationResourcesDeletedBy",
    "error",
    "sourceServer",
]


def report_of(aws, **policy):
    return document(finalize([SERVER], options=options(**policy), services=aws.services)[SERVER].report)


def failing(error):
    aws = FakeAws(ready())
    aws.fail("FinalizeCutover", error)
    return aws


EVERY_KIND = {
    "FINALIZED": (lambda: FakeAws(ready()), {}),
    "WOULD_FINALIZE": (lambda: FakeAws(ready()), {"dry_run": True}),
    "SKIPPED": (lambda: FakeAws(ready()), {"approval": APPROVAL}),
    "NOT_READY": (lambda: FakeAws(ready(first_boot="WAITING")), {}),
    "BLOCKED": (lambda: FakeAws(ready(state="TESTING")), {}),
    "NOT_FOUND": (FakeAws, {}),
    "FAILED": (lambda: failing(MgnRefusedError("denied", code="AccessDeniedException", http_status=403)), {}),
}


@pytest.mark.parametrize("outcome", EVERY_KIND)
def test_every_report_has_every_field_in_the_same_order(outcome):
    aws, policy = EVERY_KIND[outcome]

    report = report_of(aws(), **policy)

    assert list(report) == FIELDS
    assert (report["schemaVersion"], report["sourceServerID"], report["outcome"]) == ("1.0", SERVER, outcome)


@pytest.mark.parametrize("outcome", EVERY_KIND)
def test_every_report_is_json(outcome):
    aws, policy = EVERY_KIND[outcome]

    report = report_of(aws(), **policy)

    assert json.loads(json.dumps(report)) == report


def test_a_finalized_server_is_reported_with_what_is_still_to_come():
    report = report_of(FakeAws(ready()))

    del report["readiness"], report["sourceServer"]
    assert report == {
        "schemaVersion": "1.0",
        "functionVersion": VERSION,
        "sourceServerID": SERVER,
        "hostname": None,
        "applicationID": None,
        "arn": f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}",
        "outcome": "FINALIZED",
        "changed": True,
        "finalizedAt": "2026-11-23T10:15:00Z",
        "lifeCycleState": "CUTOVER",
        "dataReplicationState": "DISCONNECTED",
        "launchedInstanceID": "i-0123456789abcdef0",
        "cutoverJobID": JOB,
        "cutoverLaunchedAt": "2026-11-23T09:15:00Z",
        "warnings": [],
        "agentUninstalledBy": "2026-11-23T10:25:00Z",
        "replicationResourcesDeletedBy": "2026-11-23T11:45:00Z",
        "error": None,
    }


def test_readiness_tells_rule_verdict_and_reason():
    report = report_of(FakeAws(ready(first_boot="WAITING")))

    assert report["readiness"][8] == {
        "rule": "first-boot",
        "verdict": "WAIT",
        "reason": "its first boot is WAITING, not SUCCEEDED",
        "hint": HINTS["first-boot"],
    }
    assert "hint" not in report["readiness"][0]


def test_a_server_that_is_not_ready_is_reported_as_it_stands_without_an_error():
    report = report_of(FakeAws(ready(first_boot="WAITING")))

    assert (report["lifeCycleState"], report["dataReplicationState"]) == ("CUTTING_OVER", "CONTINUOUS")
    assert report["error"] is None
    times = {name: report[name] for name in FIELDS if name.endswith(("At", "By"))}
    assert {name for name, time in times.items() if time} == {"cutoverLaunchedAt"}


def test_mgns_own_answer_is_in_the_report():
    report = report_of(FakeAws(ready(tags={"Owner": "web"})))

    assert report["sourceServer"]["tags"] == {"Owner": "web"}


def test_nothing_is_known_of_a_server_that_mgn_does_not_list():
    report = report_of(FakeAws())

    known = {name for name, value in report.items() if value not in (None, [])}
    assert known == {"schemaVersion", "functionVersion", "sourceServerID", "outcome", "changed", "error"}


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 23, 10, 15, 0, 999_999, tzinfo=UTC),
        datetime(2026, 11, 23, 11, 15, 0, 1, tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_times_are_whole_seconds_of_utc(at):
    report = report_of(FakeAws(ready(state="CUTOVER", replication_state="DISCONNECTED", finalized_at=at)))

    assert report["finalizedAt"] == "2026-11-23T10:15:00Z"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["replicationResourcesDeletedBy"])


def test_a_finalized_server_without_a_date_is_reported_without_dates():
    report = report_of(FakeAws(ready(state="CUTOVER", replication_state="DISCONNECTED", without=["last_cutover"])))

    assert report["outcome"] == "FINALIZED"
    assert (report["finalizedAt"], report["agentUninstalledBy"]) == (None, None)


@pytest.mark.parametrize(
    "kind",
    # The hint about a server that is not ready is that of a rule.
    [kind for kind in CutoverError.__subclasses__() if kind is not NotReadyError],
    ids=lambda kind: kind.__name__,
)
def test_every_error_says_what_to_do(kind):
    assert re.fullmatch(r"[A-Z].*\.", kind.hint)


def test_a_report_among_others_counts_the_checks_that_passed():
    aws = FakeAws(ready(first_boot="WAITING", hostname="web-1", application_id="app-0123456789abcdef0"))

    report = document(in_list(finalize([SERVER], options=options(), services=aws.services)[SERVER].report))

    assert [found["rule"] for found in report["readiness"]] == ["first-boot"]
    assert (report["rulesPassed"], report["hostname"]) == (13, "web-1")
    assert report["applicationID"] == "app-0123456789abcdef0"
    assert "sourceServer" not in report


def test_a_report_on_a_server_without_an_agent_makes_no_claim_about_it():
    server = replace(finalized().server, replication_type="SNAPSHOT_SHIPPING")

    report = report_on(server, Outcome.FINALIZED)

    assert report.agent_uninstalled_by is None
    assert report.replication_resources_deleted_by is not None
