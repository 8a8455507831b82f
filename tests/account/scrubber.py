"""The last look at the report before it is written: it refuses whatever looks like an identifier."""

from collections.abc import Iterator
from typing import Any

from tests.account.identifiers import Seen, kind_of_identifier


class IdentifierFoundError(Exception):
    """The report contains something that identifies, so it is not written."""

    def __init__(self, path: str, kind: str) -> None:
        super().__init__(f"The report is not written: {path} contains {kind}.")


def demand_no_identifier(document: Any, seen: Seen) -> None:
    """
    Check every name and text of the JSON value *document*.

    Raises:
        IdentifierFoundError: One of them looks like an identifier, or is a value that AWS returned in this run.
    """
    for path, text in _texts(document, "report"):
        if kind := kind_of_identifier(text) or ("a value of this account" if seen.word_in(text) else None):
            # The path can contain the identifier itself, if that is a name.
            raise IdentifierFoundError(path if not kind_of_identifier(path) else "a name", kind)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield path, str(name)
            yield from _texts(item, f"{path}/{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}/{index}")
