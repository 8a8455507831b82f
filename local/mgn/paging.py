"""
Pagination of MGN's list operations.

moto's own pagination puts the *next* item into its token, and fails if that item no longer matches the filters.  Here
the token contains the *last* returned item, so that a client can change the listed items between two pages.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from .exceptions import ValidationException

# AWS does not document the default.
DEFAULT_SIZE = 50


def page(
    records: Mapping[str, Any],
    matches: Callable[[Any], bool],
    *,
    token: str | None,
    size: int | None,
) -> tuple[list[Any], str | None]:
    """
    Return at most *size* of the matching *records*, in their order, and the token of the next page.

    Args:
        records: ``{ID: record}``.

    Raises:
        ValidationException: *token* is invalid, or its item no longer exists.
    """
    identifiers = list(records)
    start = identifiers.index(_last(token, records)) + 1 if token else 0
    matching = [identifier for identifier in identifiers[start:] if matches(records[identifier])]
    chosen = matching[: size or DEFAULT_SIZE]
    more = len(matching) > len(chosen)
    return [records[identifier] for identifier in chosen], _token(chosen[-1]) if more else None


def _token(identifier: str) -> str:
    return base64.urlsafe_b64encode(identifier.encode()).decode()


def _last(token: str, records: Mapping[str, Any]) -> str:
    try:
        identifier = base64.urlsafe_b64decode(token).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        identifier = ""
    if identifier not in records:
        problem = "Member must be a token from the previous page"
        raise ValidationException("Invalid nextToken.", "fieldValidationFailed", [("nextToken", problem)])
    return identifier
