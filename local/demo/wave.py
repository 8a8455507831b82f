"""Chapter 6: a wave of 60 source servers in one request and again for the rest; then a wave that waits for days."""

import json
import time
from typing import Any

import boto3

from local.client import LocalAws
from local.cloudformation import moto_patches
from local.demo.local_aws import ask
from local.demo.stack import REPOSITORY, show_status
from local.demo.terminal import Expectations, aside, heading, outcome, say
from local.deploy import function as deploy_function
from local.deploy.stack import Stack

SIZE = 60
REFUSED = "s-00000000000000b07"
JOB = "mgnjob-00000000000000b01"
HOUR = 3600  # s
# Host names and scenarios of the wave that waits; the instance of the second one heals after two days.
WAITING = {"web-01": "ready", "web-02": "impaired", "old-01": "old-snapshot"}
HEALS = "s-00000000000000c01"
UNTIL_READY = {"hours": 96, "everyMinutes": 1440}


def run(aws: LocalAws, expectations: Expectations) -> None:
    """Finalize a wave, launch the refused server again, and send the same request again."""
    heading(f"6. Waves: {SIZE} source servers in one request, and again for the rest; then a wave that waits for days")
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
    _wait(aws, expectations)


def _wait(aws: LocalAws, expectations: Expectations) -> None:
    """Run the state machine with a wave that becomes ready in days; the clock of the local AWS is moved."""
    deploy_function.register(aws.url, moto_patches.installed().endpoint.host)
    state = Stack(aws.url, "finalize-cutover").deploy(REPOSITORY / "template.yaml")
    print()
    show_status(state, "template.yaml, with the state machine FinalizeWave")
    say(f"Start a wave that waits, untilReady {json.dumps(UNTIL_READY)}; it looks again every day:")
    aside("(The demo does not wait: it moves the clock of the local AWS by each wait.)", indent=4)
    machines = boto3.client("stepfunctions")
    request = {"waveID": _seed_waiting(aws), "untilReady": UNTIL_READY}
    execution = machines.start_execution(
        stateMachineArn=state.outputs["FinalizeWave"], name="wave-8", input=json.dumps(request)
    )["executionArn"]
    summary = json.loads(_ended(aws, machines, execution)["output"])
    for found in summary["rounds"]["recent"]:
        counts = ", ".join(f"{count} {outcome(word)}" for word, count in found["counts"].items())
        print(f"    day {found['round'] - 1}: {counts}; changed in this round: {found['changed']}")
    say(f"The deadline has passed ({summary['rounds']['ended']}); the last round is the result: {summary['results']}")
    changes = [found["changed"] for found in summary["rounds"]["recent"]]
    expectations.check(changes == [1, 0, 1, 0], "each source server is finalized in the round that finds it ready")
    expectations.check(
        summary["counts"] == {"FINALIZED": 2, "BLOCKED": 1}, "what never becomes ready has an outcome, too"
    )


def _seed_waiting(aws: LocalAws) -> str:
    wave_id = str(aws.add_wave(name="Wave 8")["waveID"])
    application_id = aws.add_application(name="Portal", waveID=wave_id)["applicationID"]
    for number, (hostname, scenario) in enumerate(WAITING.items()):
        server_id = f"{HEALS[:-2]}{number:02}"
        aws.add_source_server(scenario, sourceServerID=server_id, hostname=hostname, applicationID=application_id)
    return wave_id


def _ended(aws: LocalAws, machines: Any, execution: str) -> Any:
    """Move the clock by each wait of *execution*; return its description at the end."""
    waits = 0
    while (description := machines.describe_execution(executionArn=execution))["status"] == "RUNNING":
        if left := aws.waits():
            waits += 1
            if waits == 2:  # days
                _heal(aws)
            aws.advance(left[0])
        time.sleep(0.02)
    return description


def _heal(aws: LocalAws) -> None:
    (server,) = boto3.client("mgn").describe_source_servers(filters={"sourceServerIDs": [HEALS]})["items"]
    aws.change_instance(server["launchedInstance"]["ec2InstanceID"], instanceStatus="ok")


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
