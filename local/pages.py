"""
Pages of list responses.

A token contains the *last* returned key, so that a client can change the listed items between two pages.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


class InvalidTokenError(ValueError):
    """The token does not come from a previous page."""


def page(items: Mapping[str, T], token: str | None, size: int) -> tuple[list[T], str | None]:
    """
    Return at most *size* of the *items* after the page that ended with *token*, and the token for the rest.

    Args:
        items: ``{key: item}``; they are returned in the order of their keys.

    Raises:
        InvalidTokenError: *token* was not returned with a page.
    """
    last = _decode(token) if token else ""
    keys = sorted(key for key in items if key > last)
    chosen = keys[:size]
    return [items[key] for key in chosen], _encode(chosen[-1]) if len(keys) > size else None


def _encode(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _decode(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidTokenError(token) from error
