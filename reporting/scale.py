"""Maps times to positions: the axis that all parts of the timeline share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
STEPS = [timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 240, 480)]
MOST_TICKS = 8
# Fraction of the length, so that no mark is on the edge.
PADDING = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line across all rows, with its time as text."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """
    The positions of times on the axis.

    Attributes:
        left: Left edge of the plot in SVG units; ``width`` is the plot's width.
    """

    start: datetime
    end: datetime
    left: int
    width: int

    def x(self, time: datetime | None) -> float | None:
        """Return the position of *time*; None without a time, or before the plot begins."""
        if time is None or time < self.start:
            return None
        return round(self.left + self.width * ((time - self.start) / (self.end - self.start)), 1)

    def ticks(self) -> Iterator[Tick]:
        """Yield at most eight lines, at round times in UTC."""
        step = self._step()
        tick = datetime.fromtimestamp(self.start.timestamp() // step.total_seconds() * step.total_seconds(), UTC) + step
        while tick < self.end:
            x = self.x(tick)
            if x is not None:
                yield Tick(x=x, label=tick.strftime("%H:%M" if tick.hour or tick.minute else "%Y-%m-%d"))
            tick += step

    def _step(self) -> timedelta:
        length = self.end - self.start
        fitting = (step for step in STEPS if length / step <= MOST_TICKS)
        days = max(1, -(-length // timedelta(days=MOST_TICKS)))
        return next(fitting, timedelta(days=days))


def scale_over(times: Iterable[datetime], *, left: int, width: int) -> Scale:
    """Return the scale that contains all *times*; at least one is required."""
    ordered = sorted(times)
    length = max(ordered[-1] - ordered[0], HOUR)
    return Scale(start=ordered[0] - length * PADDING, end=ordered[0] + length * (1 + PADDING), left=left, width=width)
