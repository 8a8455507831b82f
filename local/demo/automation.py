"""Chapter 3: approve by tag, and let events and the schedule do the rest; then look for what was left behind."""

from typing import Any

import boto3

from local.client import LocalAws
from local.demo.stack import REPOSITORY, show_status
from local.demo.terminal import Expectations, aside, heading, outcome, say
from local.deploy.stack import Stack

APPROVED = {"FinalizeCutover": "approved"}
MINUTE = 60  # s
NAMES = {
    "s-00000000000000a04": "web-04",
    "s-00000000000000a05": "web-05",
    "s-00000000000000a06": "web-06",
}
EARLY, LATE, UNAPPROVED = NAMES


def tell(aws: LocalAws, expectations: Expectations) -> None:
    """Turn automation on, launch three source servers, and come back twice."""
    heading("3. Automation: only what is approved, only when it is ready, and a look at what was left behind")
    state = Stack(aws.url, "finalize-cutover").deploy(REPOSITORY / "template.yaml", {"FinalizeOnLaunch": "ENABLED"})
    show_status(state, "template.yaml with FinalizeOnLaunch=ENABLED")
    aws.add_source_server("ready", sourceServerID=EARLY, hostname="web-04", tags=APPROVED, leftovers=["volume"])
    aws.add_source_server("booting", sourceServerID=LATE, hostname="web-05", tags=APPROVED)
    aws.add_source_server("ready", sourceServerID=UNAPPROVED, hostname="web-06")

    _step("MGN tells that all three launches succeeded")
    for server_id in NAMES:
        aws.emit_launch_result(server_id)
    reports = [invocation["attempts"][-1]["answer"] for invocation in aws.invocations()]
    _show(reports)
    expectations.check(
        [report["outcome"] for report in reports] == ["FINALIZED", "NOT_READY", "SKIPPED"],
        "the event finalizes what is approved and ready, and nothing else",
    )

    _step("5 minutes later web-05 has booted, and the schedule fires")
    aws.advance(5 * MINUTE)
    swept = _sweep(aws)
    _show(swept["servers"])
    expectations.check(
        {server["sourceServerID"]: server["outcome"] for server in swept["servers"]}
        == {LATE: "FINALIZED", UNAPPROVED: "SKIPPED"},
        "the sweep finalizes what has become ready",
    )
    _look_behind(aws, expectations)


def _look_behind(aws: LocalAws, expectations: Expectations) -> None:
    _step("90 minutes later nothing of the replication may be left; the schedule fires again")
    aws.advance(90 * MINUTE)
    audits = {server["sourceServerID"]: server for server in _sweep(aws)["audit"]["servers"]}
    for server_id in (EARLY, LATE):
        _show_audit(audits[server_id])
    named = {leftover["id"] for leftover in audits[EARLY]["leftovers"]}
    production = _volumes_of(audits[EARLY]["launchedInstanceID"])
    say(
        f"Not named: {', '.join(sorted(production))}, the volume of web-04's own instance, which carries the same tags."
    )
    expectations.check(bool(named), "the audit finds the volume that was left behind")
    expectations.check(not named & production, "the audit never names what belongs to production")


def _sweep(aws: LocalAws) -> Any:
    rules = boto3.client("events").list_rules()["Rules"]
    aws.fire_schedule(next(rule["Name"] for rule in rules if "ScheduleExpression" in rule))
    return aws.invocations()[-1]["attempts"][-1]["answer"]


def _volumes_of(instance_id: str) -> set[str]:
    (instance,) = boto3.resource("ec2").instances.filter(InstanceIds=[instance_id])
    return {volume.id for volume in instance.volumes.all()}


def _step(text: str) -> None:
    print()
    say(f"{text}:")


def _show(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        print(f"    {NAMES[report['sourceServerID']]:<8} {outcome(report['outcome'], 12)} {_why(report)}")


def _why(report: dict[str, Any]) -> str:
    reasons = [finding["reason"] for finding in report["readiness"] if finding["verdict"] != "PASS"]
    return reasons[0] if reasons else "approved and proven ready"


def _show_audit(report: dict[str, Any]) -> None:
    failed = [check["reason"] for check in report["checks"] if check["verdict"] == "FAIL"]
    words = "; ".join(failed) or "the agent is silent, nothing is left, the instance runs"
    print(f"    {NAMES[report['sourceServerID']]:<8} {outcome(report['outcome'], 12)} {words}")
    for leftover in report["leftovers"]:
        cost = leftover["cost"]
        aside(
            f"{leftover['type']} {leftover['id']}: {leftover['sizeGiB']} GiB, {leftover['ageHours'] // 24} days old, "
            f"about {cost['monthlyUsd']:.2f} USD a month (an estimate: {cost['unitPriceUsd']} USD per {cost['unit']} "
            f"in {cost['priceRegion']})",
            indent=13,
        )
