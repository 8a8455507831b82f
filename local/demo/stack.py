"""Chapter 3: the stack events of a user's stack: refused, created, updated and deleted."""

from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from local.client import LocalAws
from local.cloudformation import moto_patches
from local.demo.terminal import DIM, GREEN, RED, YELLOW, Expectations, aside, coloured, heading, say
from local.deploy import function as deploy_function
from local.deploy.stack import Stack, StackState

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = REPOSITORY / "examples" / "one-server.yaml"
SERVER = "s-0123456789abcdef0"


def run(aws: LocalAws, expectations: Expectations) -> None:
    """Deploy the application, then a user's stack that uses its custom resource."""
    heading("3. CloudFormation: a stack continues only after the cutover is finalized")
    deploy_function.register(aws.url, moto_patches.installed().endpoint.host)
    application = Stack(aws.url, "finalize-cutover").deploy(REPOSITORY / "template.yaml")
    show_status(application, "template.yaml")
    say("The steps below deploy examples/one-server.yaml for the source server web-03 and print the stack events.")
    expectations.check(application.status == "CREATE_COMPLETE", "the application is deployed")

    user = Stack(aws.url, "web-03", on_event=_show)
    _refused(aws, user, expectations)
    _accepted(aws, user, expectations)


def _refused(aws: LocalAws, user: Stack, expectations: Expectations) -> None:
    aws.add_source_server("old-snapshot", sourceServerID=SERVER, hostname="web-03")
    _step("Create the stack; web-03 was launched from an old snapshot, so the function refuses")
    refused = _deploy(user)
    expectations.check(refused.status == "ROLLBACK_COMPLETE", "a source server that is not ready rolls its stack back")
    Stack(aws.url, user.name).delete()


def _accepted(aws: LocalAws, user: Stack, expectations: Expectations) -> None:
    _step("Delete the failed stack, launch web-03 again from a new snapshot, and create the stack again")
    _launch_again(aws)
    created = _deploy(user)
    _outputs(created)
    expectations.check(created.status == "CREATE_COMPLETE", "the stack is created once the source server is ready")
    expectations.check(created.outputs.get("Outcome") == "FINALIZED", "the stack's outputs come from Fn::GetAtt")

    _step("Update the stack; the cutover is already finalized, so the update succeeds at once")
    updated = _deploy(user, SoakMinutes="5")
    expectations.check(updated.outputs == created.outputs, "the update returns the same attributes")

    _step("Delete the stack; the cutover stays finalized, and the function does not call MGN")
    aws.clear_calls()
    user.delete()
    expectations.check(aws.operations("mgn") == [], "a Delete does not call MGN")


def _deploy(stack: Stack, **parameters: str) -> StackState:
    return stack.deploy(EXAMPLE, {"SourceServerID": SERVER, "SoakMinutes": "0", **parameters})


def _launch_again(aws: LocalAws) -> None:
    mgn = boto3.client("mgn")
    mgn.change_server_life_cycle_state(sourceServerID=SERVER, lifeCycle={"state": "READY_FOR_CUTOVER"})
    mgn.start_cutover(sourceServerIDs=[SERVER])
    aws.advance(seconds=3600)


def show_status(state: StackState, what: str) -> None:
    """Print the status of a stack in one line."""
    say(f"Deployed {what}: {coloured(state.status, RED if state.has_failed else GREEN)}.")


def _step(text: str) -> None:
    print()
    say(f"{text}:")


def _show(event: "StackEventTypeDef") -> None:
    """Print a stack event as the CloudFormation console lists it."""
    status = event["ResourceStatus"]
    colour = RED if "FAILED" in status else YELLOW if "ROLLBACK" in status else GREEN if "COMPLETE" in status else DIM
    print(f"    {coloured(f'{status:<36}', colour)} {event['LogicalResourceId']:<18} {event['ResourceType']}")
    if (reason := event.get("ResourceStatusReason")) and "FAILED" in status:
        aside(reason, indent=8)


def _outputs(state: StackState) -> None:
    for name, value in state.outputs.items():
        aside(f"{name} = {value}", indent=4)
