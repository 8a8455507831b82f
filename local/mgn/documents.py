"""
Documents in the shape of MGN's API, kept with moments in them and shown with dates.

A document is kept as MGN would answer it, but with ``datetime`` (by the inner clock) where MGN has a string, so that
moving the clock makes it older.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from local.clock import CLOCK

Document = dict[str, Any]


def shown(value: Any) -> Any:
    """Return *value* as it leaves: a copy, with moments as ISO 8601 strings."""
    if isinstance(value, datetime):
        return CLOCK.shown(value)
    if isinstance(value, Mapping):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value


def kept(value: Any, key: str = "") -> Any:
    """Return *value* as it is kept: dates under a key that ends in ``DateTime`` become moments."""
    if isinstance(value, Mapping):
        return {name: kept(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [kept(item, key) for item in value]
    if isinstance(value, str) and key.lower().endswith("datetime"):
        try:
            return CLOCK.inside(value)
        except ValueError:
            return value  # what a test wants to be broken
    return value


def merge(document: Document, changes: Mapping[str, Any]) -> None:
    """Change *document*, deep inside too; a change to None takes the member away, lists are replaced whole."""
    for name, change in changes.items():
        if change is None:
            document.pop(name, None)
        elif isinstance(change, Mapping) and isinstance(document.get(name), dict):
            merge(document[name], change)
        else:
            document[name] = change


def duration(span: timedelta) -> str:
    """Return *span* as MGN writes durations: ISO 8601, ``P0D`` for none."""
    if not span:
        return "P0D"
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"P{days}DT{hours}H{minutes}M{seconds}S"
