"""The demo's output: plain text, with colours on a terminal only."""

import os
import sys
import textwrap

GREEN, YELLOW, RED, BOLD, DIM = "32", "33", "31", "1", "2"
COLOURS = {
    "FINALIZED": GREEN,
    "CLEAN": GREEN,
    "NOT_READY": YELLOW,
    "SKIPPED": YELLOW,
    "PARTIAL": YELLOW,
    "TOO_EARLY": YELLOW,
}
WIDTH = 110


def coloured(text: str, colour: str) -> str:
    """Return *text* in *colour*; plain without a terminal or with NO_COLOR (https://no-color.org)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{colour}m{text}\033[0m"


def legend() -> None:
    """Print what the colours and the states in the output mean."""
    green, yellow, red = (coloured(*pair) for pair in (("green", GREEN), ("yellow", YELLOW), ("red", RED)))
    grey = coloured("grey", DIM)
    print(
        f"\nColours: {green} = done; {yellow} = not done yet, skipped or rolled back; "
        f"{red} = failed, or a person must act; {grey} = details."
    )
    print('States:  lifecycle state / replication state in MGN; "->" separates before and after the request.')


def what_next() -> None:
    """Print where to continue."""
    heading("What next")
    say("README.md       deploy the application to your AWS account")
    say("docs/local.md   create your own source servers and deploy your own templates, still without AWS")
    say("make local-aws  start the local AWS, for the AWS CLI, boto3 or your own programs")


def outcome(word: str, width: int = 0) -> str:
    """Return an outcome in its colour; ``legend`` explains the colours."""
    return coloured(f"{word:<{width}}", COLOURS.get(word, RED))


def heading(text: str) -> None:
    """Print the heading of a chapter."""
    print(f"\n{coloured(text, BOLD)}\n")


def say(text: str, indent: int = 2) -> None:
    """Print a wrapped paragraph."""
    print(textwrap.fill(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent))


def aside(text: str, indent: int = 2) -> None:
    """Print a detail, in grey."""
    for line in textwrap.wrap(text, WIDTH - indent):
        print(" " * indent + coloured(line, DIM))


class Expectations:
    """
    The results that the demo expects.

    Attributes:
        unmet: Descriptions of the expected results that did not occur.
    """

    def __init__(self) -> None:
        self.unmet: list[str] = []

    def check(self, is_met: bool, expected: str) -> None:
        """Record *expected* as unmet unless *is_met*."""
        if not is_met:
            self.unmet.append(expected)
