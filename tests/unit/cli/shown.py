"""What a person sees of a report: as in a pipe, and as on a terminal."""

import io

from rich.console import Console

from mgn_finalize.terminal import ENDLESS, show


def piped(parts):
    """Return the text of *parts* in a file."""
    console = Console(file=io.StringIO(), width=ENDLESS, markup=False, highlight=False, emoji=False)
    for part in parts:
        show(console, part)
    return console.file.getvalue()


def on_a_terminal(parts, width=100):
    """Return the text of *parts* with the codes that color it."""
    console = Console(
        file=io.StringIO(),
        force_terminal=True,
        color_system="standard",
        width=width,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    for part in parts:
        show(console, part)
    return console.file.getvalue()
