"""Deploy a template to the local AWS: ``python -m local.deploy examples/one-server.yaml SourceServerID=s-…``."""

import argparse
import os
import re
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from local.deploy.stack import Stack, StackState

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef


LONGEST_START = 20.0  # s


def main(arguments: list[str] | None = None) -> int:
    """Deploy or delete the stack, print each stack event, and return 0 on success."""
    wanted = _parser().parse_intermixed_args(arguments)
    stack = Stack(wanted.endpoint_url, wanted.stack_name or wanted.template.stem, on_event=print_event)
    try:
        _wait_for(wanted.endpoint_url)
        state = stack.delete() if wanted.delete else stack.deploy(wanted.template, _read(wanted.parameters))
    except ClientError as error:
        return _refused(error.response["Error"]["Message"])
    except (OSError, ValueError) as error:
        return _refused(str(error))
    print_outputs(state)
    return int(state.has_failed)


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _read(parameters: list[str]) -> dict[str, str]:
    """Return ``{name: value}``; raise ValueError for an argument without a name or a value."""
    for one in parameters:
        if not re.fullmatch(r"[A-Za-z0-9]+=.*", one, re.DOTALL):
            raise ValueError(f"The parameter is {one!r}; allowed: NAME=VALUE.")
    return dict(one.split("=", 1) for one in parameters)


def _wait_for(url: str) -> None:
    """Wait until the local AWS answers at *url*, as it starts for some seconds; raise OSError if it does not."""
    end = time.monotonic() + LONGEST_START
    address = urlsplit(url)
    while True:
        try:
            socket.create_connection((address.hostname or "", address.port or 80), timeout=5).close()
        except OSError as error:
            if time.monotonic() > end:
                raise OSError(f"No local AWS answers at {url}; start it with `make local-aws`.") from error
            time.sleep(0.2)
        else:
            return


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
        "--endpoint-url",
        default=os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:5555"),
        help="URL of the local AWS that `make local-aws` starts; default: AWS_ENDPOINT_URL, or port 5555",
    )
    parser.add_argument("--delete", action="store_true", help="delete the stack")
    return parser


if __name__ == "__main__":
    sys.exit(main())
