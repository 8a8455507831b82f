"""Chapter 5: an approval of one launch, which a new launch voids; hold, release, and the soak time."""

from typing import Any

import boto3

from local.client import LocalAws
from local.demo.automation import sweep
from local.demo.stack import REPOSITORY, show_status
from local.demo.terminal import Expectations, aside, heading, outcome, say
from local.deploy.stack import Stack

SERVER = "s-00000000000000d01"
ARN = f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}"
PARAMETERS = {"FinalizeOnLaunch": "ENABLED", "ApprovalBinding": "INSTANCE"}
MINUTE, DAY = 60, 86_400  # s


def run(aws: LocalAws, expectations: Expectations) -> None:
    """Approve a launch, launch again, approve that, hold and release it, and let the soak time pass."""
    heading("5. Approval: a tag that names the launched instance, a hold, and a soak time of a day")
    state = Stack(aws.url, "finalize-cutover").deploy(REPOSITORY / "template.yaml", PARAMETERS)
    show_status(state, f"template.yaml with {' '.join(f'{name}={value}' for name, value in PARAMETERS.items())}")
    aws.add_source_server("ready", sourceServerID=SERVER, hostname="db-07")
    mgn = boto3.client("mgn")
    _approve_twice(aws, mgn, expectations)

    _step("The change freeze ends, and the tag FinalizeCutoverHold is removed")
    mgn.untag_resource(resourceArn=ARN, tagKeys=["FinalizeCutoverHold"])
    _expect(_swept(aws), "NOT_READY", expectations)

    _step("A day passes since the launch")
    aside("(The demo does not wait: it moves every time in the local AWS a day into the past.)", indent=4)
    aws.advance(DAY)
    _expect(_swept(aws), "FINALIZED", expectations)
    expectations.check(aws.operations("mgn").count("FinalizeCutover") == 1, "only the last sweep finalizes db-07")


def _approve_twice(aws: LocalAws, mgn: Any, expectations: Expectations) -> None:
    first = _instance_of(mgn)
    _step(f"A person accepts instance {first} of db-07, and tags the source server: FinalizeCutover={first}")
    mgn.tag_resource(resourceArn=ARN, tags={"FinalizeCutover": first})
    _expect(_event(aws), "NOT_READY", expectations)

    mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "READY_FOR_CUTOVER"})
    mgn.start_cutover(sourceServerIDs=[SERVER])
    aws.advance(30 * MINUTE)
    second = _instance_of(mgn)
    _step(f"Somebody reverts the cutover and launches again, which starts instance {second}")
    _expect(_event(aws), "SKIPPED", expectations)

    _step(f"The person accepts that one too, FinalizeCutover={second}; a change freeze begins, FinalizeCutoverHold")
    mgn.tag_resource(resourceArn=ARN, tags={"FinalizeCutover": second, "FinalizeCutoverHold": ""})
    _expect(_swept(aws), "BLOCKED", expectations)


def _instance_of(mgn: Any) -> str:
    (server,) = mgn.describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"]
    return str(server["launchedInstance"]["ec2InstanceID"])


def _event(aws: LocalAws) -> Any:
    aws.emit_launch_result(SERVER)
    return aws.invocations()[-1]["attempts"][-1]["answer"]


def _swept(aws: LocalAws) -> Any:
    (report,) = sweep(aws)["servers"]
    return report


def _step(text: str) -> None:
    print()
    say(f"{text}:")


def _expect(report: Any, expected: str, expectations: Expectations) -> None:
    found = sorted(report["readiness"], key=lambda finding: finding["verdict"])  # BLOCK, PASS, WAIT
    obstacles = [finding["reason"] for finding in found if finding["verdict"] != "PASS"]
    print(f"    {outcome(report['outcome'], 12)} {next(iter(obstacles), 'all readiness checks pass')}")
    expectations.check(report["outcome"] == expected, f"db-07 is {expected}")
