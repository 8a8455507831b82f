"""Chapter 1: six source servers, and what becomes of each."""

from dataclasses import dataclass
from typing import Any

import boto3

from local.client import LocalAws
from local.demo.local_aws import ask
from local.demo.terminal import Expectations, aside, heading, outcome, say

UNKNOWN = "s-0000000000000dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A source server in a telling state, and the outcome it must have."""

    name: str
    scenario: str | None
    story: str
    expected: str


CASES = (
    Case(name="web-01", scenario="ready", story="launched, booted, healthy", expected="FINALIZED"),
    Case(name="web-02", scenario="booting", story="launched a moment ago", expected="NOT_READY"),
    Case(name="db-01", scenario="old-snapshot", story='its job says "LAUNCHED"', expected="BLOCKED"),
    Case(name="app-01", scenario="failed-action", story="it never joined the domain", expected="BLOCKED"),
    Case(name="app-02", scenario="finalized", story="somebody did it an hour ago", expected="FINALIZED"),
    Case(name="gone", scenario=None, story="an ID that MGN does not know", expected="NOT_FOUND"),
)


def tell(aws: LocalAws, expectations: Expectations) -> None:
    """Finalize six servers one by one, and then the same six again."""
    heading("1. Six source servers, one request each: look, decide, act once, say why")
    ids = {case.name: _seed(aws, case) for case in CASES}
    aws.clear_calls()
    for case in CASES:
        before = _states(ids[case.name])
        report = ask({"sourceServerID": ids[case.name], "waitMinutes": 0})
        _show(case, report, before)
        expectations.check(report["outcome"] == case.expected, f"{case.name} is {case.expected}")
    _again(aws, ids, expectations)


def _seed(aws: LocalAws, case: Case) -> str:
    if case.scenario is None:
        return UNKNOWN
    return str(aws.add_source_server(case.scenario, hostname=case.name)["sourceServerID"])


def _states(server_id: str) -> str:
    """Ask MGN itself, as anybody could."""
    items = boto3.client("mgn").describe_source_servers(filters={"sourceServerIDs": [server_id]})["items"]
    if not items:
        return "-"
    return _spelled(items[0]["lifeCycle"]["state"], items[0]["dataReplicationInfo"]["dataReplicationState"])


def _spelled(state: str | None, replication: str | None) -> str:
    return f"{state} / {replication}" if state else "-"


def _show(case: Case, report: dict[str, Any], before: str) -> None:
    after = _spelled(report["lifeCycleState"], report["dataReplicationState"])
    print(f"  {case.name:<8} {report['sourceServerID']}  {outcome(report['outcome'], 11)} {case.story}")
    print(f"           {before if before == after else f'{before}  ->  {after}'}")
    for line in _reasons(report):
        aside(line, indent=11)


def _reasons(report: dict[str, Any]) -> list[str]:
    if report["error"]:
        return [f"{report['error']['message']} {report['error']['hint']}"]
    if not report["readiness"]:
        return ["finalized before: nothing to do, one read, no write"]
    reasons = [f"{f['rule']} says {f['verdict']}: {f['reason']}" for f in report["readiness"] if f["verdict"] != "PASS"]
    passed = f"all {len(report['readiness'])} rules pass; agent uninstalled by {report['agentUninstalledBy']}, "
    return reasons or [f"{passed}replication resources deleted by {report['replicationResourcesDeletedBy']}"]


def _again(aws: LocalAws, ids: dict[str, str], expectations: Expectations) -> None:
    reports = [ask({"sourceServerID": ids[case.name], "waitMinutes": 0}) for case in CASES]
    writes = aws.operations("mgn").count("FinalizeCutover")
    same = [report["outcome"] for report in reports] == [case.expected for case in CASES]
    expectations.check(same and not any(report["changed"] for report in reports), "a second run changes nothing")
    expectations.check(writes == 1, "FinalizeCutover is called once in both runs")
    print()
    say(
        f"The same six again: the same outcomes, and nothing changed.  FinalizeCutover was called {writes} time in all."
    )
