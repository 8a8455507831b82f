"""What the program writes: reports to stdout, everything else to stderr, and progress only on a terminal."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from mgn_finalize.words import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

# Wide enough for every line, so that nothing is wrapped in a file or a pipe.
ENDLESS = 4000
# More rows would hide the summary above them.
MOST_ROWS = 100


class Terminal:
    """
    The streams of the program.

    Attributes:
        is_json: Whether stdout receives the report as JSON, and nothing else.
    """

    def __init__(self, *, is_json: bool = False) -> None:
        self.is_json = is_json

    @property
    def can_ask(self) -> bool:
        """Whether a person can read a question and answer it."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def most_rows(self) -> int | None:
        """How many source servers a table lists; None for all, as in a file or a pipe."""
        return MOST_ROWS if self.out.is_terminal else None

    @cached_property
    def out(self) -> "Console":
        """Where reports for people go; stderr if stdout is for JSON."""
        return self.err if self.is_json else _console(stderr=False)

    @cached_property
    def err(self) -> "Console":
        """Where questions and progress go."""
        return _console(stderr=True)

    def show(self, *parts: "RenderableType") -> None:
        """Show texts and tables to a person."""
        for part in parts:
            show(self.out, part)

    def report(self, document: Any, *parts: "RenderableType") -> None:
        """Write the *document* as JSON if that is asked for, else show *parts*."""
        if self.is_json:
            click.echo(json.dumps(document, indent=2))
        else:
            self.show(*parts)

    def say(self, text: str) -> None:
        """Say what happens while something runs: above the progress if both are on the same terminal."""
        show(self.err if self.out.is_terminal and self.err.is_terminal else self.out, printable(text))

    def note(self, text: str) -> None:
        """Say something that is not part of the report."""
        click.echo(printable(text), err=True)

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        """Show that the program works, with the time that has passed; nothing if stderr is no terminal."""
        if not self.err.is_terminal:
            yield
            return
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self.err, transient=True, redirect_stdout=False) as progress:
            progress.add_task(printable(text))
            yield


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    console = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = ENDLESS
    return console


def show(console: "Console", part: "RenderableType") -> None:
    """Print *part*; in a file or a pipe, tables have no lines, and no blanks at their right."""
    from rich.table import Table

    if console.is_terminal:
        # A line that the terminal itself breaks can be copied as one.
        console.print(part, soft_wrap=not isinstance(part, Table))
        return
    if isinstance(part, Table):
        part.box = None
    with console.capture() as captured:
        console.print(part)
    for line in captured.get().splitlines():
        click.echo(line.rstrip(), file=console.file)
