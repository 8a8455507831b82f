"""Chapter 2: a stack of a user's, refused, mended, updated and deleted, as its events tell it."""

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


def tell(aws: LocalAws, expectations: Expectations) -> None:
    """Deploy the application and then a user's stack on top of it."""
    heading("2. CloudFormation: the stack goes on only when the cutover is finalized")
    deploy_function.register(aws.url, moto_patches.installed().endpoint.host)
    application = Stack(aws.url, "finalize-cutover").deploy(REPOSITORY / "template.yaml")
    show_status(application, "template.yaml")
    say("Now examples/one-server.yaml for web-03.")
    expectations.check(application.status == "CREATE_COMPLETE", "the application is deployed")

    user = Stack(aws.url, "web-03", on_event=_show)
    _refused(aws, user, expectations)
    _accepted(aws, user, expectations)


def _refused(aws: LocalAws, user: Stack, expectations: Expectations) -> None:
    aws.add_source_server("old-snapshot", sourceServerID=SERVER, hostname="web-03")
    _step("Create, while web-03 stands on an old snapshot")
    refused = _deploy(user)
    expectations.check(refused.status == "ROLLBACK_COMPLETE", "a source server that is not ready rolls its stack back")
    Stack(aws.url, user.name).delete()


def _accepted(aws: LocalAws, user: Stack, expectations: Expectations) -> None:
    _step("The rest of that stack is deleted, web-03 launched again from a new snapshot, and the stack created again")
    _launch_again(aws)
    created = _deploy(user)
    _outputs(created)
    expectations.check(created.status == "CREATE_COMPLETE", "the stack is created once the source server is ready")
    expectations.check(created.outputs.get("Outcome") == "FINALIZED", "outputs come through Fn::GetAtt")

    _step("Update: what is final is success at once")
    updated = _deploy(user, SoakMinutes="5")
    expectations.check(updated.outputs == created.outputs, "the same request gets the same attributes")

    _step("Delete: a finalized cutover stays finalized, and MGN is not asked")
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
    """Say in one line where a stack has got to."""
    say(f"{what} is deployed: {coloured(state.status, RED if state.has_failed else GREEN)}.")


def _step(text: str) -> None:
    print()
    say(f"{text}:")


def _show(event: "StackEventTypeDef") -> None:
    """Print an event as the console lists it."""
    status = event["ResourceStatus"]
    colour = RED if "FAILED" in status else YELLOW if "ROLLBACK" in status else GREEN if "COMPLETE" in status else DIM
    print(f"    {coloured(f'{status:<36}', colour)} {event['LogicalResourceId']:<18} {event['ResourceType']}")
    if (reason := event.get("ResourceStatusReason")) and "FAILED" in status:
        aside(reason, indent=8)


def _outputs(state: StackState) -> None:
    for name, value in state.outputs.items():
        aside(f"{name} = {value}", indent=4)
