"""Split a collection into batches."""

from collections.abc import Collection, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_batches(items: Collection[T], size: int) -> Iterator[list[T]]:
    """Yield *items* in lists of at most *size*, in order."""
    ordered = list(items)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def in_batches_of_groups(groups: Collection[Collection[T]], size: int) -> list[list[T]]:
    """
    Return the items of *groups* in lists of at most *size*, in order.

    A group is split only if it is larger than *size*; then no other group is in its last list.
    """
    batches: list[list[T]] = []
    room = 0
    for group in groups:
        if len(group) <= room:
            batches[-1].extend(group)
            room -= len(group)
        else:
            batches.extend(in_batches(group, size))
            room = 0 if len(group) > size else size - len(group)
    return batches
