"""The errors that end the program, each with its exit code; ``click`` prints the sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from mgn_finalize import exits
from mgn_finalize.words import printable


class ProgramError(click.ClickException):
    """
    The program cannot go on.

    Args:
        message: One sentence.

        hint: What you can do about it; empty if that is clear.
    """

    exit_code = exits.FAILED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(printable(message))
        self.hint = printable(hint)

    def format_message(self) -> str:
        """Return the sentence and, in a line of its own, the hint."""
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UnusableRequestError(ProgramError):
    """The request is malformed, or needs a confirmation that nobody can give; nothing was changed."""

    exit_code = exits.USAGE


class UnansweredError(ProgramError):
    """There is no answer, or one that says to try again; the same command is safe."""

    exit_code = exits.RETRY


class InterruptedByUserError(ProgramError):
    """Ctrl-C; the message says what goes on."""

    exit_code = exits.INTERRUPTED

    def show(self, file: object = None) -> None:
        """Print the message below the ``^C`` of the terminal; it is no error."""
        del file
        click.echo(f"\n{self.format_message()}", err=True)


@contextmanager
def on_ctrl_c(message: str) -> Iterator[None]:
    """
    Say *message* on Ctrl-C: what goes on, and how to look.

    Raises:
        InterruptedByUserError: Ctrl-C.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        raise InterruptedByUserError(message) from stop
