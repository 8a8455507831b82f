"""
Read members of AWS responses with the types of the API model.

botocore does not validate responses against the model.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

# Exceptions that Python raises if a response does not have the shape of the API model.
UNREADABLE = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)
# Line and paragraph separators, and what moves the cursor.
SPACES = re.compile(r"[\n\r\t\v\f\x85\u2028\u2029]+")
# Control characters, and format characters such as U+202E, which reverses the direction of the text.
UNSEEN = frozenset({"Cc", "Cf"})
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


def cleaned(item: Any) -> Any:
    """Return *item* with every text in it cleaned, including the names."""
    if isinstance(item, str):
        return clean(item)
    if isinstance(item, Mapping):
        return {clean(name): cleaned(value) for name, value in item.items()}
    return [cleaned(value) for value in item] if isinstance(item, list) else item


def clean(text: str) -> str:
    """
    Return *text* on one line and without characters that change how the text around them is shown.

    Other people choose names and write messages; without this, they could break a log line or reverse a sentence.
    """
    if text.isprintable():
        return text
    return "".join(each for each in SPACES.sub(" ", text) if unicodedata.category(each) not in UNSEEN)


def text(item: Mapping[str, Any], name: str) -> str | None:
    """
    Return a string member, cleaned; None if it is missing.

    Raises:
        TypeError: It is not a string, so the rules cannot interpret it.
    """
    value = item.get(name)
    if not isinstance(value, str | None):
        raise TypeError(f"{name} is not a string")
    return clean(value) if value else value


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
        return _usable(datetime.fromisoformat(written)) if written else None
    except ValueError:
        return None


def duration(item: Mapping[str, Any], name: str) -> timedelta | None:
    """Return an ISO 8601 duration; None if it is missing, negative or cannot be read."""
    written = item.get(name)
    try:
        found = msgspec.convert(written, timedelta) if isinstance(written, str) else None
    except msgspec.ValidationError:
        return None
    return found if found is not None and found >= timedelta(0) else None


def timestamp(item: Mapping[str, Any], name: str) -> datetime | None:
    """
    Return a member that botocore has parsed as a time; None if it is missing or out of range.

    Raises:
        TypeError: It is no time.
    """
    value = item.get(name)
    if not isinstance(value, datetime | None):
        raise TypeError(f"{name} is not a time")
    return _usable(value) if value else None


def _usable(moment: datetime) -> datetime | None:
    # Near the limits of datetime, a time zone conversion or adding 90 minutes would overflow.
    if not EARLIEST <= moment.year <= LATEST:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
