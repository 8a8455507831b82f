"""What the kit says to the person at the terminal, and asks."""

import sys
from collections.abc import Callable
from typing import TextIO

from tests.account.errors import RefusedError


class Terminal:
    """
    A person who reads and types.

    Args:
        output: Receives every line.

        read: Returns the next line that the person types, without its end; raises EOFError if there is none.
    """

    def __init__(self, output: TextIO | None = None, read: Callable[[], str] = input) -> None:
        self._output = output or sys.stdout
        self._read = read

    def say(self, text: str) -> None:
        """Print *text* on lines of its own, without control characters, which a terminal would obey."""
        printable = "".join(
            sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text
        )
        self._output.write(f"{printable}\n")
        self._output.flush()

    def title(self, text: str) -> None:
        """Print the title of a step."""
        self.say(f"\n== {text}")

    def demand(self, question: str, answer: str) -> None:
        """
        Ask *question*, and go on only if the person types exactly *answer*.

        Raises:
            RefusedError: The person types anything else, or nothing.
        """
        self.say(question)
        try:
            typed = self._read()
        except EOFError:
            typed = ""
        if typed != answer:
            raise RefusedError(f"What was typed is not {answer!r}; allowed: exactly this.")
