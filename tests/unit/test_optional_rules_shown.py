"""Reports, logs, metrics and the report page show optional rules as they show the others."""

import pytest

from finalize_cutover.cutover.acceptance.alarms import Alarm, AlarmsRule
from finalize_cutover.cutover.acceptance.backup import BackupRule, Volume
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.fleet_report import fleet_report
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.readiness.judge import RULES
from finalize_cutover.cutover.report import document
from finalize_cutover.handlers.results import Publisher
from reporting.files import ResultFile
from reporting.page import Occasion, render
from reporting.results import Results
from tests.unit.builders import NOW, OTHER_SERVER, SERVER, options, ready
from tests.unit.fakes import FakeAws
from tests.unit.page_text import Page
from tests.unit.records import log_lines, metrics
from tests.unit.wave_results import a_fleet, a_report

READ = (ResultFile(name="wave.json", size=1234, sha256="0" * 64),)


class FakeAcceptance:
    """CloudWatch with one alarm, and EBS with one volume without a snapshot."""

    def __init__(self, state="ALARM"):
        self._state = state

    def named(self, names):
        return Found(items={name: Alarm(name=name, label=name, state=self._state) for name in names})

    def volumes(self, instance_ids):
        return Found(items={id_: (Volume(id="vol-0123456789abcdef0"),) for id_ in instance_ids})


def results_of(*evidence, state="ALARM", waived=(), **differences):
    rules = (AlarmsRule(FakeAcceptance(state), names=["shop-errors"]), BackupRule(FakeAcceptance()))
    aws = FakeAws(*evidence)
    ids = [each.server.id for each in evidence]
    with log_lines() as lines:
        found = finalize(
            ids,
            options=options(acceptance=rules, waived=waived, **differences),
            services=aws.services,
            publish=Publisher().publish,
        )
    return list(found.values()), lines


def test_the_log_names_the_optional_rules_in_the_reason_that_the_dashboard_shows():
    _, [line] = results_of(ready(hostname="shop-1"))

    assert line["message"] == "Cutover refused"
    assert line["reason"] == (
        f"Source server {SERVER} (shop-1) cannot be finalized: alarm shop-errors is ALARM (alarms); "
        "volume vol-0123456789abcdef0 has no snapshot that was started after the launch (backup)."
    )


@pytest.mark.parametrize(("state", "metric"), [("ALARM", "Blocked"), ("OK", "Waiting")])
def test_a_server_that_is_not_accepted_is_counted_as_any_other(capsys, state, metric):
    metrics(capsys)

    results_of(ready(), state=state)

    assert metrics(capsys) == {metric: [1.0]}


def test_the_report_lists_optional_rules_before_the_soak_time_with_their_hints():
    [result], _ = results_of(ready(), waived=["backup"])

    findings = {finding.rule: finding for finding in result.report.readiness}
    assert list(findings) == [*list(RULES)[:-2], "alarms", "backup", *list(RULES)[-2:]]
    assert (findings["alarms"].verdict, findings["alarms"].hint) == ("BLOCK", AlarmsRule.hint)
    assert findings["backup"].verdict == "WAIVED"


def test_a_report_on_several_servers_counts_the_optional_rules_that_passed():
    found, _ = results_of(ready(), ready(OTHER_SERVER), state="OK", waived=["backup"])

    fleet = document(fleet_report([result.report for result in found]))

    assert [server["rulesPassed"] for server in fleet["servers"]] == [len(RULES) + 1] * 2


def page(*values):
    results = Results()
    for value in values:
        results.add(value, origin="wave.json")
    return Page(render(results, READ, occasion=Occasion(), now=NOW)).text


def test_the_report_page_shows_what_keeps_a_server_from_being_accepted_and_what_was_waived():
    [result], _ = results_of(ready(), waived=["backup"])

    text = page(document(result.report))

    assert "BLOCK alarms: alarm shop-errors is ALARM" in text
    assert f"BLOCK alarms {AlarmsRule.hint}" in text
    assert "WAIVED backup: volume vol-0123456789abcdef0 has no snapshot" in text
    assert "1 rule waived by the request on 1 source server." in text


def test_the_report_page_shows_a_server_that_others_kept_back():
    reason = f"AllOrNothing is set, and {OTHER_SERVER} is not ready"
    kept_back = a_report(
        outcome="BLOCKED", readiness=[{"rule": "group", "verdict": "BLOCK", "reason": reason, "hint": "Wait."}]
    )

    text = page(kept_back)

    assert f"BLOCK group: {reason}" in text
    assert "BLOCK group Wait." in text


def test_the_report_page_counts_the_optional_rules_that_passed():
    finalized = {**a_report(), "readiness": [], "rulesPassed": len(RULES) + 6}

    assert f"All rules passed ({len(RULES) + 6})." in page(a_fleet(finalized))
