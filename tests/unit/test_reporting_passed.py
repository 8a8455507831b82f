"""What many source servers share is said once; what differs is said for each."""

import pytest

from reporting.passed import SHARED_BY, passed_on, usual_findings
from reporting.results import Results
from reporting.rows import rows_of
from tests.unit.large_results import passed
from tests.unit.wave_results import a_report, server_id

INSTANCE = {"rule": "launched-instance", "verdict": "PASS", "reason": "{} was launched by its last cutover"}


def rows(count, findings=passed):
    results = Results()
    for number in range(count):
        results.add(a_report(server_id(number), readiness=findings(number)), origin="wave.json")
    return rows_of(results)


@pytest.mark.parametrize(("count", "usual"), [(SHARED_BY - 1, 0), (SHARED_BY, 15)])
def test_only_what_many_servers_share_is_usual(count, usual):
    found = rows(count)

    assert len(usual_findings(found)) == usual


def test_a_server_is_shown_with_what_only_it_has():
    found = rows(20)

    shown = passed_on(found[7], usual_findings(found))

    assert [finding.rule for finding in shown.own] == ["alarms", "backup", "validator", "soak"]
    assert shown.usual == 15


def test_the_ids_of_a_server_make_no_difference():
    usual = usual_findings(rows(20))

    assert usual["launched-instance"].reason == "[instance] was launched by its last cutover"
    assert usual["cutover-job"].reason == "its cutover job [job] is COMPLETED and its launch status is LAUNCHED"
    assert usual["lifecycle"].servers == 20


def test_of_several_findings_of_a_rule_the_most_frequent_is_usual():
    def findings(number):
        return [{"rule": "mgn-checks", "verdict": "PASS", "reason": f"all {2 if number < 11 else 3} MGN checks passed"}]

    found = rows(21, findings)
    usual = usual_findings(found)

    assert usual["mgn-checks"].reason == "all 2 MGN checks passed"
    assert [finding.reason for finding in passed_on(found[20], usual).own] == ["all 3 MGN checks passed"]


def test_the_id_of_another_instance_stays_as_it_is():
    def findings(_number):
        return [{**INSTANCE, "reason": "i-00000000000000bad was launched by its last cutover"}]

    assert usual_findings(rows(20, findings))["launched-instance"].reason.startswith("i-00000000000000bad")
