"""One row per server: the last result counts, except that a finalized server stays finalized."""

import pytest

from reporting.results import Results
from reporting.rows import rows_of
from tests.unit.wave_results import BLOCKED, ERROR, SERVER, WAITING, WAIVED, a_fleet, a_report, server_id

FINALIZED = a_report(readiness=[WAIVED])
FOUND_FINALIZED = a_report(changed=False, readiness=[])
LOST = {"Status": "FAILED", "Input": f'["{SERVER}"]', "Error": "MgnUnavailableError", "Cause": ""}


def rows(*values):
    results = Results()
    for value in values:
        results.add(value, origin="wave.json")
    return rows_of(results)


@pytest.mark.parametrize(
    ("earlier", "later", "counts"),
    [
        (a_report(outcome="BLOCKED", readiness=[BLOCKED]), FINALIZED, "later"),
        (a_report(outcome="NOT_READY"), a_report(outcome="FAILED", error=ERROR), "later"),
        (a_report(outcome="FAILED", error=ERROR), FOUND_FINALIZED, "later"),
        (FINALIZED, FOUND_FINALIZED, "earlier"),
        (FINALIZED, a_report(outcome="FAILED", error=ERROR), "earlier"),
        (FOUND_FINALIZED, a_report(outcome="NOT_FOUND"), "earlier"),
        (FOUND_FINALIZED, FINALIZED, "later"),
    ],
)
def test_the_last_word_counts_but_for_what_is_final(earlier, later, counts):
    (row,) = rows(earlier, later)

    expected = {"earlier": earlier, "later": later}[counts]
    assert (row.outcome, row.report.changed) == (expected["outcome"], expected["changed"])
    assert len(row.open_findings) == sum(finding["verdict"] != "PASS" for finding in expected["readiness"])


def test_a_server_that_was_reached_after_all_is_not_called_unreached():
    (row,) = rows(a_fleet(remaining=[SERVER]), a_report())

    assert row.outcome == "FINALIZED"


@pytest.mark.parametrize(("later", "outcome"), [(LOST, "NO_RESULT"), (a_fleet(remaining=[SERVER]), "NOT_REACHED")])
def test_what_a_check_found_is_not_the_last_word_where_nothing_came_of_what_followed(later, outcome):
    (row,) = rows(a_report(outcome="WOULD_FINALIZE"), later)

    assert (row.outcome, row.report) == (outcome, None)


@pytest.mark.parametrize("later", [LOST, a_fleet(remaining=[SERVER])])
def test_what_is_final_stays_so_though_a_later_question_was_not_answered(later):
    (row,) = rows(FINALIZED, later)

    assert row.outcome == "FINALIZED"


def test_a_server_that_answered_when_it_was_asked_again_has_a_result():
    (row,) = rows(LOST, a_report(outcome="BLOCKED"))

    assert row.outcome == "BLOCKED"


def test_a_server_whose_batch_was_lost_has_no_result():
    (row,) = rows({"Status": "FAILED", "Input": f'["{SERVER}"]', "Error": "States.Timeout", "Cause": ""})

    assert (row.server_id, row.outcome, row.lost.error) == (SERVER, "NO_RESULT", "States.Timeout")


def test_those_that_need_a_person_come_first():
    found = rows(
        a_fleet(
            a_report(server_id(1)),
            a_report(server_id(2), warnings=["odd"]),
            a_report(server_id(3), "NOT_READY", readiness=[WAITING]),
            a_report(server_id(4), "FAILED", error=ERROR),
            remaining=[server_id(5)],
        ),
    )

    assert [row.server_id for row in found] == [server_id(number) for number in (4, 3, 5, 2, 1)]


def test_the_checks_that_passed_are_counted_in_a_report_alone_and_among_others():
    alone = a_report()
    among_others = {**alone, "readiness": [], "rulesPassed": 12}

    found = [rows(a_fleet(report))[0] for report in (alone, among_others)]

    assert [row.rules_passed for row in found] == [1, 12]
