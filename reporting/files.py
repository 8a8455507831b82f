"""Reads result files: saved responses, and the files that Step Functions' ResultWriter wrote to S3."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import msgspec

from .errors import UnreadableResultsError
from .results import Results

MANIFEST = "manifest.json"
SUFFIXES = {".json", ".jsonl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """A file that was read, with its SHA-256, so that the page can be compared with the file later."""

    name: str
    size: int
    sha256: str


def read(paths: Sequence[Path]) -> tuple[Results, tuple[ResultFile, ...]]:
    """
    Read *paths* in their order, which must be chronological.

    A folder means all files in it, sorted by name.  A manifest means the files that it names, in the manifest's folder.

    Raises:
        UnreadableResultsError: Files cannot be read, or do not contain results; the message has a line for each.
    """
    named = {path: path.relative_to(root).as_posix() for root, path in _expanded(paths)}
    results, files, errors = Results(), [], []
    for path, name in named.items():
        try:
            files.append(_add(path, name, results))
        except UnreadableResultsError as error:
            errors.append(str(error))
    if errors:
        raise UnreadableResultsError("\n".join(errors))
    return results, tuple(files)


def _add(path: Path, name: str, results: Results) -> ResultFile:
    content = _content(path)
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        for value in _values(content, path, name):
            results.add(value, origin=name, sha256=sha256)
    except RecursionError as error:
        raise UnreadableResultsError(f"{name} is nested too deeply.") from error
    return ResultFile(name=name, size=len(content), sha256=sha256)


def _expanded(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield (folder, file); the page shows the file's path relative to the folder."""
    for path in map(Path.resolve, paths):
        if not path.is_dir():
            yield from ((path.parent, file) for file in (_named_in(path) if path.name == MANIFEST else [path]))
            continue
        found = list(_below(path))
        if not found:
            raise UnreadableResultsError(f"{path.name} contains no .json or .jsonl file.")
        yield from ((path, file) for file in found)


def _below(folder: Path) -> Iterator[Path]:
    if (folder / MANIFEST).is_file():
        yield from _named_in(folder / MANIFEST)
        return
    for member in sorted(folder.iterdir()):
        if member.is_dir():
            yield from _below(member)
        elif member.suffix in SUFFIXES:
            yield member


def _named_in(manifest: Path) -> Iterator[Path]:
    """
    Yield the files of a map run.

    https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
    """
    try:
        entries = msgspec.json.decode(_content(manifest), type=_Manifest).result_files.values()
    except msgspec.MsgspecError as error:
        raise UnreadableResultsError(f"{manifest.name} is not a manifest of a map run: {error}.") from error
    for entry in chain.from_iterable(entries):
        path = manifest.parent / entry.key.rpartition("/")[2]
        if not path.is_file():
            raise UnreadableResultsError(f"{manifest.name} names {path.name}, which is not in the same folder.")
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


def _values(content: bytes, path: Path, name: str) -> list[object]:
    try:
        return (
            msgspec.json.Decoder().decode_lines(content) if path.suffix == ".jsonl" else [msgspec.json.decode(content)]
        )
    except msgspec.DecodeError as error:
        raise UnreadableResultsError(f"{name} is not JSON: {error}.") from error
