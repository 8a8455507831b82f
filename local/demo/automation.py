"""Chapter 4: approve by tag; an event and the schedule finalize; then an audit looks for leftovers."""

import textwrap
from typing import Any

import boto3

from local.client import LocalAws
from local.demo.local_aws import ask
from local.demo.stack import REPOSITORY, show_status
from local.demo.terminal import Expectations, aside, heading, outcome, say
from local.deploy.stack import Stack

APPROVED = {"FinalizeCutover": "approved"}
PARAMETERS = {"FinalizeOnLaunch": "ENABLED", "AutomationSoakMinutes": "0"}
MINUTE = 60  # s
MEANINGS = {
    "CLEAN": "the agent is silent, no replication resource is left, the cutover instance runs",
    "LEFT_BEHIND": "these replication resources still exist and cost money; MGN should have deleted them:",
}
NAMES = {
    "s-00000000000000a04": "web-04",
    "s-00000000000000a05": "web-05",
    "s-00000000000000a06": "web-06",
}
EARLY, LATE, UNAPPROVED = NAMES


def run(aws: LocalAws, expectations: Expectations) -> None:
    """Turn automation on, launch three source servers, and run the sweep twice."""
    heading("4. Automation: finalize only source servers that are approved and ready; then audit for leftovers")
    state = Stack(aws.url, "finalize-cutover").deploy(REPOSITORY / "template.yaml", PARAMETERS)
    show_status(state, f"template.yaml with {' '.join(f'{name}={value}' for name, value in PARAMETERS.items())}")
    aws.add_source_server("ready", sourceServerID=EARLY, hostname="web-04", tags=APPROVED, leftovers=["volume"])
    aws.add_source_server("booting", sourceServerID=LATE, hostname="web-05", tags=APPROVED)
    aws.add_source_server("ready", sourceServerID=UNAPPROVED, hostname="web-06")

    _step("MGN publishes an event for each of three source servers, because their launches succeeded")
    for server_id in NAMES:
        aws.emit_launch_result(server_id)
    reports = [invocation["attempts"][-1]["answer"] for invocation in aws.invocations()]
    _show(reports)
    expectations.check(
        [report["outcome"] for report in reports] == ["FINALIZED", "NOT_READY", "SKIPPED"],
        "the event finalizes only the source server that is approved and ready",
    )

    _step("5 minutes later web-05 has booted; the schedule starts a sweep")
    aws.advance(5 * MINUTE)
    swept = sweep(aws)
    _show(swept["servers"])
    expectations.check(
        {server["sourceServerID"]: server["outcome"] for server in swept["servers"]} == {LATE: "FINALIZED"},
        "the sweep finalizes the source server that is ready now",
    )
    _audit(aws, expectations)
    _digest(expectations)


def _digest(expectations: Expectations) -> None:
    _step("Once a day, a digest goes to an SNS topic, for mail and chat; this is its text")
    digest = ask({"action": "digest"})
    print(textwrap.indent(digest["text"].rstrip(), "    "))
    found = {name: each["total"] for name, each in digest["lists"].items() if each["total"]}
    expectations.check(
        found == {"leftBehind": 1, "unapproved": 1, "finalized": 2}, "the digest names what the sweeps have reported"
    )


def _audit(aws: LocalAws, expectations: Expectations) -> None:
    _step("90 minutes later MGN's deadline for its clean-up has passed; the schedule starts a sweep, which audits")
    aws.advance(90 * MINUTE)
    audit = sweep(aws)["audit"]
    audits = {server["sourceServerID"]: server for server in audit["servers"]}
    _show_audit(audits[EARLY])
    # A sweep lists only audits with a problem, and counts the others.
    print(f"    {NAMES[LATE]:<8} {outcome('CLEAN', 12)} {MEANINGS['CLEAN']}")
    expectations.check(audit["counts"] == {"CLEAN": 1, "LEFT_BEHIND": 1}, "the audit finds nothing of web-05")
    named = {leftover["id"] for leftover in audits[EARLY]["leftovers"]}
    production = _volumes_of(audits[EARLY]["launchedInstanceID"])
    say(
        f"Not reported: {', '.join(sorted(production))}, the volume of web-04's cutover instance, "
        "although it carries the same tags."
    )
    expectations.check(bool(named), "the audit finds the volumes that were left behind")
    expectations.check(not named & production, "the audit does not report volumes of the cutover instance")


def sweep(aws: LocalAws) -> Any:
    """Start a sweep; return its report."""
    rules = boto3.client("events").list_rules()["Rules"]
    aws.fire_schedule(next(rule["Name"] for rule in rules if "Sweep" in rule["Name"]))
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
    return reasons[0] if reasons else "approved, and all readiness checks pass"


def _show_audit(report: dict[str, Any]) -> None:
    failed = [check["reason"] for check in report["checks"] if check["verdict"] == "FAIL"]
    words = MEANINGS.get(report["outcome"]) or "; ".join(failed)
    print(f"    {NAMES[report['sourceServerID']]:<8} {outcome(report['outcome'], 12)} {words}")
    for leftover in report["leftovers"]:
        cost = leftover["cost"]
        aside(
            f"{leftover['type']} {leftover['id']}: {leftover['sizeGiB']} GiB, {leftover['ageHours'] // 24} days old, "
            f"about {cost['monthlyUsd']:.2f} USD per month (estimate: {cost['unitPriceUsd']} USD per {cost['unit']} "
            f"in {cost['priceRegion']})",
            indent=13,
        )
