"""The summary of a wave, and its progress."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from mgn_finalize.forms import of_report
from mgn_finalize.terminal import Terminal
from mgn_finalize.views.tables import line
from mgn_finalize.words import counted, number_of, printable

if TYPE_CHECKING:
    from rich.console import RenderableType


@of_report
def view(name: str, output: Mapping[str, Any]) -> "Iterator[RenderableType]":
    """Yield what a person needs to know of the output of an execution."""
    counts, total = output.get("counts", {}), output.get("total", 0)
    yield line(
        f"{output.get('outcome')}:",
        f"{counted(counts)} of {number_of(total, 'source server')}; {output.get('changed') or 0} changed by {name}.",
    )
    facts = [("unanswered", output.get("unanswered")), ("approved by", _approver(output)), *_rounds(output)]
    facts.append(("results", output.get("results")))
    for fact, value in facts:
        if value:
            yield line(f"{fact}: {value}")


def _approver(output: Mapping[str, Any]) -> str | None:
    approval = output.get("approval")
    return str(approval.get("approvedBy") or approval) if isinstance(approval, Mapping) else None


def _rounds(output: Mapping[str, Any]) -> list[tuple[str, object]]:
    rounds = output.get("rounds")
    if not rounds:
        return []
    return [("rounds", rounds["number"]), ("ended", rounds["ended"]), ("deadline", rounds["deadline"])]


class Bar(Protocol):
    """Shows what an execution does."""

    def __call__(self, doing: str, batches: tuple[int, int] | None) -> None:
        """Show *doing* and, if there are batches, how many are done, and how many there are."""


@contextmanager
def progress(terminal: Terminal) -> Iterator[Bar]:
    """Yield what shows the progress on stderr; it shows nothing if that is no terminal."""
    if not terminal.err.is_terminal:
        yield lambda _doing, _batches: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=terminal.err, transient=True, redirect_stdout=False) as shown:
        task = shown.add_task("", total=None)

        def update(doing: str, batches: tuple[int, int] | None) -> None:
            done, total = batches or (0, None)
            shown.update(task, description=printable(doing), completed=done, total=total)

        yield update
