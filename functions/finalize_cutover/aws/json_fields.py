"""
Members of MGN's answers, read so that nothing else comes of them than the API's model promises.

botocore does not check the answers against it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

# What Python raises where an answer is not of the shape that the API's model promises.
UNREADABLE = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)
EARLIEST, LATEST = 1970, 9998  # years


def readable(item: Any) -> Any:
    """
    Return *item* with a question mark for each half of a character.

    JSON can spell them, and people can name their servers so, but neither a report nor a line of the log can hold them.
    """
    try:
        msgspec.json.encode(item)
    except UnicodeEncodeError:
        return json.loads(json.dumps(item, ensure_ascii=False, default=str).encode(errors="replace"))
    return item


def text(item: Mapping[str, Any], name: str) -> str | None:
    """
    Return a member that is text; None without one.

    Raises:
        TypeError: It is something else: rules that compare words could not tell what it means.
    """
    value = item.get(name)
    if not isinstance(value, str | None):
        raise TypeError(f"{name} is no text")
    return value


def identifier(item: Mapping[str, Any], name: str) -> str:
    """
    Return a member that is always there.

    Raises:
        KeyError: It is not.

        TypeError: It is no text.
    """
    if (value := text(item, name)) is None:
        raise KeyError(name)
    return value


def number(item: Mapping[str, Any], name: str) -> int | None:
    """Return a member that is a whole number; None for anything else."""
    value = item.get(name)
    return value if type(value) is int else None


def time(item: Mapping[str, Any], name: str) -> datetime | None:
    """Return an ISO 8601 string of MGN's as an aware time; None without one, or for one that cannot be read."""
    written = text(item, name)
    try:
        moment = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    # At the ends of the calendar neither another time zone nor 90 minutes more can be reckoned with.
    if moment is None or not EARLIEST <= moment.year <= LATEST:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
