"""
Read members of AWS responses with the types of the API model.

botocore does not validate responses against the model.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

# Exceptions that Python raises if a response does not have the shape of the API model.
UNREADABLE = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)
EARLIEST, LATEST = 1970, 9998  # years


def readable(item: Any) -> Any:
    """
    Return *item* with a question mark for each lone surrogate.

    JSON can contain lone surrogates, also in names that users choose, but UTF-8 reports and logs cannot.
    """
    try:
        msgspec.json.encode(item)
    except UnicodeEncodeError:
        return json.loads(json.dumps(item, ensure_ascii=False, default=str).encode(errors="replace"))
    return item


def text(item: Mapping[str, Any], name: str) -> str | None:
    """
    Return a string member; None if it is missing.

    Raises:
        TypeError: It is not a string, so the rules cannot interpret it.
    """
    value = item.get(name)
    if not isinstance(value, str | None):
        raise TypeError(f"{name} is not a string")
    return value


def identifier(item: Mapping[str, Any], name: str) -> str:
    """
    Return a required string member.

    Raises:
        KeyError: It is missing.

        TypeError: It is not a string.
    """
    if (value := text(item, name)) is None:
        raise KeyError(name)
    return value


def number(item: Mapping[str, Any], name: str) -> int | None:
    """Return an integer member; None for anything else."""
    value = item.get(name)
    return value if type(value) is int else None


def time(item: Mapping[str, Any], name: str) -> datetime | None:
    """Return an ISO 8601 member as an aware time; None if it is missing or cannot be read."""
    written = text(item, name)
    try:
        moment = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    # Near the limits of datetime, a time zone conversion or adding 90 minutes would overflow.
    if moment is None or not EARLIEST <= moment.year <= LATEST:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
