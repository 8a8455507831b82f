"""What the person asks for, in environment variables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.account.errors import RefusedError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
STACK = ("[a-zA-Z][-a-zA-Z0-9]{0,99}", "1 to 100 letters, digits and hyphens, beginning with a letter")
REGION = ("[a-z]{2}(-[a-z]+)+-[0-9]", "a Region such as eu-west-1")
SERVER = ("s-[0-9a-zA-Z]{17}", "a source server ID: s- and 17 letters or digits")
MINUTES = ("[0-9]{1,4}", "a number of minutes, 0 to 9999")
ARCHITECTURE = ("arm64|x86_64", "arm64 or x86_64")
BUILD = ("make|skip", "make, or skip to deploy what is in .aws-sam")
YES = ("|1", "1, to start without a question")
ANY = (".+", "a path")
OUTPUT = "build/account-test.json"
WAIT_MINUTES = "100"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    One run.

    Attributes:
        sacrifice: ID of the source server to finalize; None finalizes nothing.

        is_agreed: Whether the run starts without a question; it never stands for the confirmation of *sacrifice*.

        wait_minutes: How long to wait after a finalization for what MGN deletes.
    """

    stack: str
    region: str
    sacrifice: str | None = None
    output: Path = Path(OUTPUT)
    is_agreed: bool = False
    wait_minutes: int = int(WAIT_MINUTES)
    architecture: str = "arm64"
    is_built: bool = False


def read_request(variables: Mapping[str, str]) -> Request:
    """
    Return the request in *variables*; an empty variable counts as absent.

    Raises:
        RefusedError: A variable is missing, or its value is not allowed.
    """

    def value(name: str, allowed: tuple[str, str], default: str | None = None) -> str:
        given = variables.get(name) or default
        pattern, words = allowed
        if given is None:
            raise RefusedError(f"{name} is missing; allowed: {words}.")
        if not re.fullmatch(pattern, given):
            raise RefusedError(f"{name} is {given!r}; allowed: {words}.")
        return given

    return Request(
        stack=value("STACK", STACK),
        region=value("REGION", REGION),
        sacrifice=value("SACRIFICE", SERVER) if variables.get("SACRIFICE") else None,
        output=Path(value("OUTPUT", ANY, OUTPUT)),
        is_agreed=value("YES", YES, "") == "1",
        wait_minutes=int(value("WAIT_MINUTES", MINUTES, WAIT_MINUTES)),
        architecture=value("ARCH", ARCHITECTURE, "arm64"),
        is_built=value("BUILD", BUILD, "make") == "skip",
    )
