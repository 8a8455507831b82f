"""Chapter 1: six source servers, and the outcome of each."""

from dataclasses import dataclass
from typing import Any

import boto3

from local.client import LocalAws
from local.demo.local_aws import ask
from local.demo.terminal import Expectations, aside, heading, outcome, say

UNKNOWN = "s-0000000000000dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A source server in a typical state, and its expected outcome."""

    name: str
    scenario: str | None
    story: str
    expected: str


CASES = (
    Case(name="web-01", scenario="ready", story="launched, booted and healthy", expected="FINALIZED"),
    Case(name="web-02", scenario="booting", story="launched, still booting", expected="NOT_READY"),
    Case(
        name="db-01",
        scenario="old-snapshot",
        story="launched from an old snapshot; its job reports LAUNCHED",
        expected="BLOCKED",
    ),
    Case(
        name="app-01",
        scenario="failed-action",
        story="launched; a required post-launch action failed",
        expected="BLOCKED",
    ),
    Case(name="app-02", scenario="finalized", story="finalized before this request", expected="FINALIZED"),
    Case(name="gone", scenario=None, story="an ID that MGN does not know", expected="NOT_FOUND"),
)


def run(aws: LocalAws, expectations: Expectations) -> None:
    """Request the finalization of six source servers, one by one, and then of the same six again."""
    heading("1. Six source servers, one request each: the function reads, decides, finalizes once and reports why")
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
    """Return the source server's states, read from MGN."""
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
        return ["already finalized: the function reads once and writes nothing"]
    checks = report["readiness"]
    reasons = [f"check {f['rule']} ({f['verdict']}): {f['reason']}" for f in checks if f["verdict"] != "PASS"]
    passed = f"all {len(checks)} checks pass; MGN uninstalls its agent by {report['agentUninstalledBy']} and "
    return reasons or [f"{passed}deletes the replication resources by {report['replicationResourcesDeletedBy']}"]


def _again(aws: LocalAws, ids: dict[str, str], expectations: Expectations) -> None:
    reports = [ask({"sourceServerID": ids[case.name], "waitMinutes": 0}) for case in CASES]
    writes = aws.operations("mgn").count("FinalizeCutover")
    same = [report["outcome"] for report in reports] == [case.expected for case in CASES]
    expectations.check(same and not any(report["changed"] for report in reports), "a second run changes nothing")
    expectations.check(writes == 1, "both runs together call FinalizeCutover once")
    print()
    say(
        "The same six requests again: the same outcomes, and nothing changes.  "
        f"Number of FinalizeCutover calls in both runs together: {writes}."
    )
