"""Result files as they lie on the disk: saved answers, and what Step Functions' ResultWriter wrote to S3."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from .errors import UnreadableResultsError
from .results import Results

MANIFEST = "manifest.json"
SUFFIXES = {".json", ".jsonl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """A file that was read, and its fingerprint, so that the page can be held against it later."""

    name: str
    size: int
    sha256: str


def read(paths: Sequence[Path]) -> tuple[Results, tuple[ResultFile, ...]]:
    """
    Read *paths*, in their order, which is taken for the order of time.

    A folder stands for the files in it; a manifest for those it names, which must lie beside it.

    Raises:
        UnreadableResultsError: One of them cannot be read, or holds something else.
    """
    results, files = Results(), []
    for path in dict.fromkeys(_expanded(paths)):
        content = _content(path)
        for value in _values(content, path):
            results.add(value, origin=path.name)
        files.append(ResultFile(name=path.name, size=len(content), sha256=hashlib.sha256(content).hexdigest()))
    return results, tuple(files)


def _expanded(paths: Sequence[Path]) -> Iterator[Path]:
    for path in map(Path.resolve, paths):
        if not path.is_dir():
            yield from _named_in(path) if path.name == MANIFEST else [path]
        elif (path / MANIFEST).is_file():
            yield from _named_in(path / MANIFEST)
        else:
            found = sorted(member for member in path.iterdir() if member.suffix in SUFFIXES)
            if not found:
                raise UnreadableResultsError(f"{path.name} holds no file that ends in .json or .jsonl.")
            yield from found


def _named_in(manifest: Path) -> Iterator[Path]:
    """Yield the files of a map run: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html."""
    try:
        names = msgspec.json.decode(_content(manifest), type=_Manifest).result_files
    except msgspec.MsgspecError as error:
        raise UnreadableResultsError(f"{manifest.name} is no manifest of a map run: {error}.") from error
    for entry in (entry for entries in names.values() for entry in entries):
        path = manifest.parent / entry.key.rpartition("/")[2]
        if not path.is_file():
            raise UnreadableResultsError(f"{manifest.name} names {path.name}, which is not beside it.")
        yield path


class _Entry(msgspec.Struct, rename="pascal"):
    key: str


class _Manifest(msgspec.Struct, rename="pascal"):
    result_files: dict[str, list[_Entry]]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableResultsError(f"{path.name} cannot be read: {error.strerror}.") from error


def _values(content: bytes, path: Path) -> list[object]:
    try:
        return (
            msgspec.json.Decoder().decode_lines(content) if path.suffix == ".jsonl" else [msgspec.json.decode(content)]
        )
    except msgspec.DecodeError as error:
        raise UnreadableResultsError(f"{path.name} is no JSON: {error}.") from error
