"""Tables that look the same everywhere."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mgn_finalize.words import printable

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

GOOD, WAITS, BAD, QUIET = "green", "yellow", "bold red", "dim"
STYLES = {
    **dict.fromkeys(("FINALIZED", "WOULD_FINALIZE", "PASS", "CLEAN", "SUCCEEDED", "ALL_FINAL"), GOOD),
    **dict.fromkeys(("NOT_READY", "WAIT", "WAIVED", "WARN", "TOO_EARLY", "PARTIAL", "NOT_CHECKED", "RUNNING"), WAITS),
    **dict.fromkeys(("SKIPPED", "NOT_FINALIZED"), QUIET),
}


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> "Table":
    """
    Return a table whose cells with an outcome or a verdict are colored.

    Args:
        columns: Their headings; the last column takes the width that is left.
    """
    from rich import box
    from rich.table import Table

    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
    )
    for heading in columns:
        made.add_column(heading, overflow="fold", no_wrap=heading in UNBROKEN)
    for row in rows:
        made.add_row(*map(cell, row))
    return made


# Their values are copied, and are never broken into two lines.
UNBROKEN = {"source server", "outcome", "verdict", "check", "rule", "resource", "launched instance"}


def cell(value: object) -> "Text":
    """Return *value* as a cell; None is a dash."""
    from rich.text import Text

    text = "-" if value is None else printable(value)
    return Text(text, style=style_of(text))


def style_of(word: str) -> str:
    """Return the style of an outcome or a verdict; no style for any other text."""
    if word in STYLES:
        return STYLES[word]
    return BAD if word.isupper() and word.replace("_", "").isalpha() and len(word) > 3 else ""


def line(*words: str) -> "Text":
    """Return one line of *words*, of which outcomes are colored."""
    from rich.text import Text

    return Text(" ").join(Text(printable(word), style=style_of(word.rstrip(":"))) for word in words)
