"""The files that a page was made of, so that it can be compared with them later."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from .files import ResultFile

# A list of more files would be most of the page.
MOST_LISTED = 1000
COMMAND = "find . -name '*.json*' -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """
    The files of a page.

    Attributes:
        are_listed: Whether the page lists them all.

        size: Their total size in bytes.

        sha256: What ``command`` prints in their folder.
    """

    are_listed: bool
    size: int
    sha256: str
    command: str = COMMAND


def sources_of(files: Sequence[ResultFile]) -> Sources:
    """Return what the page says about *files*."""
    lines = sorted(f"{file.sha256}  ./{file.name}\n".encode() for file in files)
    return Sources(
        are_listed=len(files) <= MOST_LISTED,
        size=sum(file.size for file in files),
        sha256=hashlib.sha256(b"".join(lines)).hexdigest(),
    )
