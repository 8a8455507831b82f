"""Chapter 6: a wave of 60 source servers in one request; one of them is refused and finalized by a second request."""

import time
from typing import Any

import boto3

from local.client import LocalAws
from local.demo.local_aws import ask
from local.demo.terminal import Expectations, aside, heading, outcome, say

SIZE = 60
REFUSED = "s-00000000000000b07"
JOB = "mgnjob-00000000000000b01"
HOUR = 3600  # s


def run(aws: LocalAws, expectations: Expectations) -> None:
    """Finalize a wave, launch the refused server again, and send the same request again."""
    heading(f"6. A wave: {SIZE} source servers in one request; the same request again finalizes only the rest")
    wave_id = _seed(aws)

    first = _ask(aws, wave_id, "Finalize the wave; one of its source servers was launched from an old snapshot")
    expectations.check(first["counts"] == {"FINALIZED": SIZE - 1, "BLOCKED": 1}, "one server does not stop the others")
    for server in first["servers"]:
        for finding in server["readiness"]:
            if finding["verdict"] == "BLOCK":
                aside(f"{server['sourceServerID']}: check {finding['rule']} (BLOCK): {finding['reason']}", indent=4)

    _launch_again(aws)
    second = _ask(aws, wave_id, "Launch that source server again from a new snapshot, then send the same request again")
    expectations.check(second["outcome"] == "FINALIZED", "the wave is finalized once all its source servers are ready")
    expectations.check(second["changed"] == 1, "the second request changes only the server that was not finalized")
    expectations.check(
        aws.operations("mgn").count("FinalizeCutover") == SIZE,
        "FinalizeCutover is called exactly once for every server",
    )


def _seed(aws: LocalAws) -> str:
    wave_id = str(aws.add_wave(name="Wave 7")["waveID"])
    for name in ("Shop", "Warehouse"):
        application_id = aws.add_application(name=name, waveID=wave_id)["applicationID"]
        for _ in range(SIZE // 2 - (name == "Warehouse")):
            aws.add_source_server("ready", applicationID=application_id, jobID=JOB)
    aws.add_source_server("old-snapshot", sourceServerID=REFUSED, applicationID=application_id, jobID=JOB)
    aws.clear_calls()
    return wave_id


def _ask(aws: LocalAws, wave_id: str, what: str) -> Any:
    before, started = len(aws.calls()), time.monotonic()
    report = ask({"waveID": wave_id, "waitMinutes": 0})
    took = time.monotonic() - started
    say(f"{what}:")
    counts = ", ".join(f"{count} {outcome(word)}" for word, count in report["counts"].items())
    print(f"    {outcome(report['outcome'])}: {counts}; changed by this request: {report['changed']}")
    aside(f"{len(aws.calls()) - before} calls to AWS in {took:.1f} s", indent=4)
    return report


def _launch_again(aws: LocalAws) -> None:
    mgn = boto3.client("mgn")
    mgn.change_server_life_cycle_state(sourceServerID=REFUSED, lifeCycle={"state": "READY_FOR_CUTOVER"})
    mgn.start_cutover(sourceServerIDs=[REFUSED])
    aws.advance(seconds=HOUR)
