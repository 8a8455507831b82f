"""The geometry of the timeline: launch and finalization of each cutover, and the deadlines of MGN's clean-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import words
from .documents import ServerReport
from .row import Row
from .scale import Scale, Tick, scale_over

# A plot fits on a printed page.
ROWS_A_PLOT = 40
# In SVG units, which are pixels on the screen.
ROW_HEIGHT = 17
TOP = 30
ID_LEFT = 132
LEAD_RIGHT = 352
PLOT_LEFT = 366
PLOT_WIDTH = 574
WIDTH = 960
# Characters of a host name that fit on the left of the ID.
LONGEST_NAME = 18
# An earlier launch would compress the rest of the plot, so its mark is at the left edge.
LONGEST_LEAD = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One server in the plot, with the positions of its marks; None for a missing mark.

    Attributes:
        hostname: Name of the source; None if unknown.

        is_early: Whether its cutover was launched before the plot begins.

        lead: Time from launch to finalization, as text; None if unknown.
    """

    server_id: str
    hostname: str | None
    y: int
    launched: float | None
    is_early: bool
    lead: str | None
    finalized: float | None
    agent_uninstalled_by: float | None
    resources_deleted_by: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A part of the timeline; all parts have the same scale.  ``first`` is the number of its first line, from 1."""

    first: int
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    height: int


def plots_of(rows: Sequence[Row]) -> tuple[Plot, ...]:
    """Return the timeline of the finalized *rows*, in the order of finalization."""
    finalized = [(row.report.finalized_at, row, row.report) for row in rows if row.report and row.report.finalized_at]
    finalized.sort(key=lambda one: (one[0], one[1].server_id))
    if not finalized:
        return ()
    scale = scale_over(_times([(at, report) for at, _, report in finalized]), left=PLOT_LEFT, width=PLOT_WIDTH)
    lines = [_line(row, report, index, scale) for index, (_, row, report) in enumerate(finalized)]
    parts = [tuple(lines[start : start + ROWS_A_PLOT]) for start in range(0, len(lines), ROWS_A_PLOT)]
    return tuple(
        Plot(
            first=index * ROWS_A_PLOT + 1,
            lines=part,
            ticks=tuple(scale.ticks()),
            height=TOP + ROW_HEIGHT * len(part) + 6,
        )
        for index, part in enumerate(parts)
    )


def _times(finalized: Sequence[tuple[datetime, ServerReport]]) -> list[datetime]:
    first = finalized[0][0]
    launches = [report.launched_at for _, report in finalized if report.launched_at]
    ends = [report.replication_resources_deleted_by for _, report in finalized]
    return (
        [at for at, _ in finalized] + [at for at in ends if at] + [at for at in launches if at >= first - LONGEST_LEAD]
    )


def _line(row: Row, report: ServerReport, index: int, scale: Scale) -> Line:
    launched_at, finalized_at, hostname = report.launched_at, report.finalized_at, row.name.hostname
    return Line(
        server_id=row.server_id,
        hostname=words.clipped(hostname, LONGEST_NAME) if hostname else None,
        y=TOP + ROW_HEIGHT * (index % ROWS_A_PLOT) + ROW_HEIGHT // 2,
        launched=scale.x(launched_at),
        is_early=launched_at is not None and launched_at < scale.start,
        lead=words.span(finalized_at - launched_at) if launched_at and finalized_at else None,
        finalized=scale.x(finalized_at),
        agent_uninstalled_by=scale.x(report.agent_uninstalled_by),
        resources_deleted_by=scale.x(report.replication_resources_deleted_by),
    )
