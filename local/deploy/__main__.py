"""Deploy a template to the local AWS: ``python -m local.deploy examples/one-server.yaml SourceServerID=s-…``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local.deploy.stack import Stack, StackState

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef


def main(arguments: list[str] | None = None) -> int:
    """Deploy or delete the stack, print each stack event, and return 0 on success."""
    wanted = _parser().parse_intermixed_args(arguments)
    stack = Stack(wanted.endpoint_url, wanted.stack_name or wanted.template.stem, on_event=print_event)
    try:
        if wanted.delete:
            state = stack.delete()
        else:
            state = stack.deploy(wanted.template, dict(one.split("=", 1) for one in wanted.parameters))
    except ClientError as error:
        print(error.response["Error"]["Message"], file=sys.stderr)
        return 1
    print_outputs(state)
    return int(state.has_failed)


def print_event(event: "StackEventTypeDef") -> None:
    """Print a stack event: its time, the resource and the reason."""
    what = f"{event['ResourceStatus']:<36} {event['LogicalResourceId']:<24} {event['ResourceType']}"
    print(f"{event['Timestamp']:%H:%M:%S}  {what}")
    if reason := event.get("ResourceStatusReason"):
        print(f"          {reason}")


def print_outputs(state: StackState) -> None:
    """Print the outputs of a stack, one per line."""
    for key, value in state.outputs.items():
        print(f"{key} = {value}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.deploy", description="Deploy a template to the local AWS.")
    parser.add_argument("template", type=Path)
    parser.add_argument("parameters", nargs="*", metavar="NAME=VALUE", help="values for the template's parameters")
    parser.add_argument("--stack-name", help="default: the template's file name without its suffix")
    parser.add_argument(
        "--endpoint-url", default="http://127.0.0.1:5555", help="URL of the local AWS that `make local-aws` starts"
    )
    parser.add_argument("--delete", action="store_true", help="delete the stack")
    return parser


if __name__ == "__main__":
    sys.exit(main())
