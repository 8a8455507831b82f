"""
Objects of MGN's API: stored with ``datetime`` values, returned with strings.

A document is stored in the form of MGN's response, except that times are ``datetime`` (internal time of ``CLOCK``), so
that moving the clock makes it older.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from local.clock import CLOCK

Document = dict[str, Any]


def shown(value: Any) -> Any:
    """Convert a stored *value* for a response: a copy, with times as ISO 8601 strings."""
    if isinstance(value, datetime):
        return CLOCK.shown(value)
    if isinstance(value, Mapping):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value


def kept(value: Any, key: str = "") -> Any:
    """Convert *value* for storage: strings under a key that ends in ``DateTime`` become ``datetime`` values."""
    if isinstance(value, Mapping):
        return {name: kept(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [kept(item, key) for item in value]
    if isinstance(value, str) and key.lower().endswith("datetime"):
        try:
            return CLOCK.inside(value)
        except ValueError:
            return value  # a test wants an invalid time
    return value


def merge(document: Document, changes: Mapping[str, Any]) -> None:
    """Apply *changes* to *document*: objects are merged recursively, lists are replaced, None deletes a member."""
    for name, change in changes.items():
        if change is None:
            document.pop(name, None)
        elif isinstance(change, Mapping) and isinstance(document.get(name), dict):
            merge(document[name], change)
        else:
            document[name] = change


def duration(span: timedelta) -> str:
    """Return *span* in MGN's format: an ISO 8601 duration, ``P0D`` for zero."""
    if not span:
        return "P0D"
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"P{days}DT{hours}H{minutes}M{seconds}S"
