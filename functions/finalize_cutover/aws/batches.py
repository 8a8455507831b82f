"""As many IDs a call as the service takes."""

from collections.abc import Collection, Iterator


def in_batches(ids: Collection[str], size: int) -> Iterator[list[str]]:
    """Yield *ids* in sorted lists of at most *size*, so that the same question is always asked in the same words."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
