"""What a person sees: plain text, colours only on a terminal."""

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
    """Return *text* in *colour*, if somebody can see it (https://no-color.org)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{colour}m{text}\033[0m"


def outcome(word: str, width: int = 0) -> str:
    """Return an outcome in its colour: what is done, what waits, and what somebody must mend."""
    return coloured(f"{word:<{width}}", COLOURS.get(word, RED))


def heading(text: str) -> None:
    """Begin a chapter."""
    print(f"\n{coloured(text, BOLD)}\n")


def say(text: str, indent: int = 2) -> None:
    """Print a paragraph, wrapped."""
    print(textwrap.fill(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent))


def aside(text: str, indent: int = 2) -> None:
    """Print what one may skip."""
    for line in textwrap.wrap(text, WIDTH - indent):
        print(" " * indent + coloured(line, DIM))


class Expectations:
    """What the demo promised to show; its exit code says whether it did."""

    def __init__(self) -> None:
        self.disappointments: list[str] = []

    def check(self, is_met: bool, promise: str) -> None:
        """Note that *promise* was not kept, unless it was."""
        if not is_met:
            self.disappointments.append(promise)
