"""What the kit says to the person at the terminal, and asks."""

import os
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

        is_person: Returns whether a person types; a pipe can contain lines that nobody has just typed.
    """

    def __init__(
        self,
        output: TextIO | None = None,
        read: Callable[[], str] = input,
        is_person: Callable[[], bool] = lambda: sys.stdin is not None and sys.stdin.isatty(),
    ) -> None:
        self._output = output or sys.stdout
        self._read = read
        self._is_person = is_person
        self._is_open = True

    def say(self, text: str) -> None:
        """
        Print *text* on lines of its own, without control characters, which a terminal would obey.

        If nobody reads any more, nothing is raised: the clean-up must still run.
        """
        printable = "".join(
            sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text
        )
        if not self._is_open:
            return
        try:
            self._output.write(f"{printable}\n")
            self._output.flush()
        except OSError:  # Ctrl-C has ended `tee`, or the terminal is closed
            self._close()

    def title(self, text: str) -> None:
        """Print the title of a step."""
        self.say(f"\n== {text}")

    def demand_person(self) -> None:
        """Raise RefusedError unless a person types at a terminal."""
        if not self._is_person():
            raise RefusedError("The standard input is no terminal; allowed with SACRIFICE: a person who types its ID.")

    def demand(self, question: str, answer: str) -> None:
        """
        Ask *question*, and go on only if the person types exactly *answer*.

        Raises:
            RefusedError: The person types anything else or nothing, or could not read the question.
        """
        self.say(question)
        if not self._is_open:
            raise RefusedError("The question could not be shown, because the output is closed.")
        try:
            typed = self._read()
        except (EOFError, OSError):
            typed = ""
        if typed != answer:
            raise RefusedError(f"What was typed is not {answer!r}; allowed: exactly this.")

    def _close(self) -> None:
        """Write nothing from now on."""
        self._is_open = False
        if self._output is sys.stdout:
            # Python writes the rest of its buffer when it ends, and would change the exit code if that fails.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
