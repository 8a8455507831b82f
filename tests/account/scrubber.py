"""The last look at the report before it is written: it replaces, and then refuses, what looks like an identifier."""

from collections.abc import Iterator
from typing import Any

from tests.account.comparison import HIDDEN
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
        if kind := _kind(text, seen):
            # The path can contain the identifier itself, if that is a name.
            raise IdentifierFoundError(path if not kind_of_identifier(path) else "a name", kind)


def scrubbed(document: Any, seen: Seen, path: str = "report") -> tuple[Any, list[str]]:
    """Return the JSON value *document* without the names and texts that identify, and a sentence on each of them."""
    if isinstance(document, str):
        kind = _kind(document, seen)
        return (HIDDEN, [f"A text was replaced: {path} contained {kind}."]) if kind else (document, [])
    if isinstance(document, dict):
        return _scrubbed_object(document, seen, path)
    if isinstance(document, list | tuple):
        parts = [scrubbed(item, seen, f"{path}/{index}") for index, item in enumerate(document)]
        return [part for part, _ in parts], [sentence for _, sentences in parts for sentence in sentences]
    return document, []


def _scrubbed_object(document: dict[str, Any], seen: Seen, path: str) -> tuple[dict[str, Any], list[str]]:
    inner: dict[str, Any] = {}
    told: list[str] = []
    for name, item in document.items():
        shown, of_name = scrubbed(name, seen, f"a name in {path}")
        inner[shown], of_item = scrubbed(item, seen, f"{path}/{shown}")
        told += [*of_name, *of_item]
    return inner, told


def _kind(text: str, seen: Seen) -> str | None:
    return kind_of_identifier(text) or ("a value of this account" if seen.word_in(text) else None)


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
