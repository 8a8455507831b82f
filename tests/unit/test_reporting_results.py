"""Results are read from everything that the function returns and Step Functions stores."""

import json

import pytest

from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, fleet_audit_report
from finalize_cutover.cutover.fleet_report import fleet_report
from finalize_cutover.cutover.report import Outcome, Report, document
from reporting.errors import UnreadableResultsError
from reporting.results import Results
from tests.unit.wave_results import (
    SERVER,
    a_fleet,
    a_fleet_audit,
    a_report,
    an_audit,
    server_id,
)

SWEEP = a_fleet(a_report(), audit=a_fleet_audit(an_audit()))
MACHINE = {
    "outcome": "FINALIZED",
    "total": 60,
    "counts": {"FINALIZED": 60},
    "changed": 60,
    "unanswered": 0,
    "results": "s3://results/wave-1/finalize/run/manifest.json",
    "action": "finalize",
    "approval": {"approvedBy": "Jane Doe"},
}


def collected(*values):
    results = Results()
    for value in values:
        results.add(value, origin="wave.json")
    return results


def an_execution(status="SUCCEEDED", **fields):
    batch = {"action": "finalize", "sourceServerIDs": [server_id(1), server_id(2)]}
    return {"ExecutionArn": "arn:…", "Name": "batch-1", "Status": status, "Input": json.dumps(batch), **fields}


@pytest.mark.parametrize(
    ("value", "reports", "audits"),
    [
        (a_report(), 1, 0),
        (a_fleet(a_report(), a_report(server_id(1))), 2, 0),
        (SWEEP, 1, 1),
        ({**SWEEP, "audit": None}, 1, 0),
        (an_audit(), 0, 1),
        (a_fleet_audit(an_audit(), an_audit(server_id(1))), 0, 2),
        ({"StatusCode": 200, "Payload": a_report()}, 1, 0),
        ([a_fleet(a_report()), an_audit()], 1, 1),
        ({"servers": [a_report()], "remaining": []}, 1, 0),
        ({**MACHINE, "approval": None}, 0, 0),
    ],
)
def test_every_document_of_the_function_is_known(value, reports, audits):
    results = collected(value)

    assert (len(results.reports), len(results.audits)) == (reports, audits)


def test_the_types_of_the_function_are_what_is_read():
    final = Report(source_server_id=SERVER, outcome=Outcome.FINALIZED, changed=True)
    audit = AuditReport(source_server_id=SERVER, outcome=AuditOutcome.CLEAN)

    results = collected(
        document(fleet_report([final], remaining=[server_id(1)])), document(fleet_audit_report([audit]))
    )

    assert [report.outcome for report in results.reports] == [Outcome.FINALIZED]
    assert (results.remaining, [report.outcome for report in results.audits]) == ([server_id(1)], [AuditOutcome.CLEAN])


def test_the_output_of_an_execution_is_read():
    results = collected([an_execution(Output=json.dumps(a_fleet(a_report())))])

    assert [report.source_server_id for report in results.reports] == [SERVER]
    assert results.lost == []


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED", "PENDING"])
def test_an_execution_without_a_result_leaves_its_servers_lost(status):
    results = collected(an_execution(status, Error="MgnUnavailableError", Cause="MGN did not answer."))

    assert [batch.server_ids for batch in results.lost] == [(server_id(1), server_id(2))]
    assert [(batch.status, batch.error) for batch in results.lost] == [(status, "MgnUnavailableError")]


def test_a_batch_without_a_result_leaves_only_its_own_servers_lost():
    request = {"approvedInstances": {server_id(number): "i-0123456789abcdef0" for number in range(9)}}
    batch = {"BatchInput": {"request": request}, "Items": [server_id(1)]}

    results = collected(an_execution("FAILED", Input=json.dumps(batch)))

    assert [lost.server_ids for lost in results.lost] == [(server_id(1),)]


def test_an_error_that_was_caught_leaves_its_servers_lost():
    results = collected(an_execution(Output=json.dumps({"Error": "MgnUnavailableError", "Cause": "No answer."})))

    assert [(batch.server_ids, batch.cause) for batch in results.lost] == [
        ((server_id(1), server_id(2)), "No answer."),
    ]


def test_who_approved_is_told_by_the_end_of_the_state_machine():
    assert collected(MACHINE).approvals == ["Jane Doe"]


def test_servers_that_were_not_reached_are_kept():
    results = collected(a_fleet(a_report(), remaining=[server_id(1)]))

    assert results.remaining == [server_id(1)]


def test_these_tests_make_up_reports_with_the_fields_that_the_function_gives_them():
    made_up = {**a_report(), "sourceServer": {}}

    only_sometimes = {"accountID", "archivedGroups", "functionVersion", "rulesPassed"}
    assert list(made_up) == [name for name in Report.__struct_encode_fields__ if name not in only_sometimes]


def test_the_launch_is_found_in_mgns_own_answer():
    answer = {"lifeCycle": {"lastCutover": {"initiated": {"apiCallDateTime": "2026-11-23T09:15:00Z"}}}}
    alone = {name: value for name, value in a_report(sourceServer=answer).items() if name != "cutoverLaunchedAt"}

    (report,) = collected(alone).reports

    assert report.launched_at.isoformat() == "2026-11-23T09:15:00+00:00"


@pytest.mark.parametrize("answer", [None, {}, {"lifeCycle": "odd"}, {"lifeCycle": {"lastCutover": None}}])
def test_what_mgn_does_not_say_is_unknown(answer):
    (report,) = collected(a_report(cutoverLaunchedAt=None, sourceServer=answer)).reports

    assert (report.launched_at, report.hostname) == (None, None)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3, "wave.json contains the value 3, which is not a result of the function."),
        ({}, "wave.json contains an empty object, which is not a result of the function."),
        ({"a": 1, "b": 2}, "wave.json contains an object with a, b, which is not a result of the function."),
        (["no"], 'wave.json contains the value "no", which is not a result of the function.'),
        (
            {"errorType": "InvalidRequestError", "errorMessage": "No."},
            "wave.json contains an error of the function instead of a result: InvalidRequestError: No.",
        ),
        (
            a_report(outcome="DONE"),
            "wave.json contains a result in an unknown format: Invalid enum value 'DONE' - at `$.outcome`.",
        ),
    ],
)
def test_what_is_no_result_is_said_in_one_sentence(value, words):
    with pytest.raises(UnreadableResultsError) as error:
        collected(value)

    assert str(error.value) == words
