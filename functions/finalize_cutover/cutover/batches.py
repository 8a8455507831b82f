"""Split a collection into batches."""

from collections.abc import Collection, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(items: Collection[T], size: int) -> Iterator[list[T]]:
    """Yield *items* in lists of at most *size*, in order."""
    ordered = list(items)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
