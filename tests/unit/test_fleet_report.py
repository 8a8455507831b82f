"""The report on several servers: counts and a summary, without MGN's own responses."""

import json

import pytest

from finalize_cutover.cutover.errors import MgnRefusedError, OutOfTimeError
from finalize_cutover.cutover.finalize.result import failed
from finalize_cutover.cutover.fleet_report import SEVERITY, FleetOutcome, fleet_report, summary
from finalize_cutover.cutover.report import Outcome, Report, document
from tests.unit.builders import OTHER_SERVER, SERVER

LEFT_OUT = {"accountID", "archivedGroups", "functionVersion", "sourceServer"}
REPORT_FIELDS = [name for name in Report.__struct_encode_fields__ if name not in LEFT_OUT]


def a_report(outcome, server_id=SERVER, *, changed=False):
    return Report(source_server_id=server_id, outcome=outcome, changed=changed, source_server={"tags": {}})


def test_several_servers_are_told_without_mgns_own_answers():
    reports = [a_report(Outcome.FINALIZED, changed=True), a_report(Outcome.FINALIZED, OTHER_SERVER)]

    fleet = document(fleet_report(reports))

    assert list(fleet) == [
        "schemaVersion",
        "functionVersion",
        *("outcome", "total", "counts", "changed", "servers", "remaining"),
    ]
    assert [list(server) for server in fleet["servers"]] == [REPORT_FIELDS] * 2
    assert (fleet["total"], fleet["counts"], fleet["changed"]) == (2, {"FINALIZED": 2}, 1)
    assert json.loads(json.dumps(fleet)) == fleet


@pytest.mark.parametrize(
    ("outcome", "outcomes"),
    [
        ("FINALIZED", ["FINALIZED", "FINALIZED"]),
        ("PARTIAL", ["FINALIZED", "FAILED"]),
        ("PARTIAL", ["SKIPPED", "FINALIZED"]),
        ("PARTIAL", ["FINALIZED", "WOULD_FINALIZE"]),
        ("WOULD_FINALIZE", ["WOULD_FINALIZE", "WOULD_FINALIZE"]),
        ("SKIPPED", ["WOULD_FINALIZE", "SKIPPED"]),
        ("NOT_READY", ["SKIPPED", "NOT_READY"]),
        ("BLOCKED", ["NOT_READY", "BLOCKED"]),
        ("NOT_FOUND", ["BLOCKED", "NOT_FOUND"]),
        ("FAILED", ["NOT_FOUND", "FAILED"]),
        ("FAILED", ["FAILED", "NOT_READY", "WOULD_FINALIZE"]),
    ],
)
def test_the_outcome_of_several_is_that_of_all_or_partial_or_the_most_severe(outcome, outcomes):
    fleet = fleet_report([a_report(Outcome(each)) for each in outcomes])

    assert fleet.outcome == outcome


def test_what_was_not_reached_makes_it_partial():
    fleet = fleet_report([a_report(Outcome.FINALIZED)], remaining=[OTHER_SERVER])

    assert (fleet.outcome, fleet.total, fleet.remaining) == (FleetOutcome.PARTIAL, 2, (OTHER_SERVER,))


def test_nothing_reached_is_not_ready():
    assert fleet_report([], remaining=[SERVER]).outcome == FleetOutcome.NOT_READY


def test_every_outcome_of_one_server_has_a_severity_and_a_place_among_those_of_several():
    assert set(SEVERITY) == set(Outcome)
    assert {outcome.value for outcome in FleetOutcome} == {outcome.value for outcome in Outcome} | {"PARTIAL"}


def test_a_report_cannot_be_changed_afterwards():
    with pytest.raises(AttributeError):
        a_report(Outcome.FINALIZED).outcome = Outcome.FAILED


def test_those_for_which_too_little_time_was_left_remain():
    late = failed(SERVER, OutOfTimeError("too late"))
    refused = failed(OTHER_SERVER, MgnRefusedError("no"))

    fleet = summary([late, refused])

    assert fleet.remaining == (SERVER,)
    assert (fleet.total, fleet.counts) == (2, {Outcome.FAILED: 1})
