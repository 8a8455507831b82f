"""Formats times and amounts for people."""

from datetime import UTC, datetime, timedelta

MINUTES_A_DAY = 1440


def moment(time: datetime) -> str:
    """Return *time* in UTC: ``2026-11-23 10:15:00``."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def clock(time: datetime, *, beside: datetime) -> str:
    """Return *time* in UTC, without the date if it equals that of *beside*: ``10:25`` or ``2026-11-24 00:05``."""
    time = time.astimezone(UTC)
    return time.strftime("%H:%M" if time.date() == beside.astimezone(UTC).date() else "%Y-%m-%d %H:%M")


def span(length: timedelta) -> str:
    """Return *length* in its two largest units: ``45 min``, ``2 h 5 min``, ``3 d 4 h``."""
    minutes = int(length.total_seconds() // 60)
    days, rest = divmod(minutes, MINUTES_A_DAY)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def age(hours: int) -> str:
    """Return *hours* as text."""
    return span(timedelta(hours=hours)) if hours else "less than 1 h"


def usd(amount: float) -> str:
    """Return *amount* as text: ``1.28 USD``."""
    return f"{amount:,.2f} USD"


def count(number: int, noun: str) -> str:
    """Return *number* with *noun*, in the plural unless *number* is 1."""
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def clipped(text: str, length: int) -> str:
    """Return *text*, with an ellipsis at its end if it has more than *length* characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
