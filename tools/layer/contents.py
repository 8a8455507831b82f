"""The contents of the layer: which files of the packages are kept, and which are deleted."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

# Metadata files that are read at run time or required by a licence.  Amazon Inspector finds vulnerable packages by
# METADATA; only installers read the other files.
KEPT_METADATA = ("METADATA", "*LICENSE*", "*LICENCE*", "*NOTICE*", "*COPYING*")


@dataclass(frozen=True, kw_only=True)
class Contents:
    """
    The content of ``contents.toml``.

    Attributes:
        left_out: Shell patterns of paths below ``python/``.

        operations: ``{service: [operation]}``, with botocore's names.
    """

    left_out: list[str]
    operations: dict[str, list[str]]


def load(path: Path) -> Contents:
    """Read ``contents.toml`` at *path*."""
    return Contents(**tomllib.loads(path.read_text()))


def leave_out(folder: Path, patterns: list[str]) -> None:
    """
    Delete the files that match one of *patterns*, and unneeded metadata, from *folder*.

    A pattern without a match is out of date, and stops the build.
    """
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    for pattern in patterns:
        matches = [name for name in files if fnmatch(name, pattern)]
        if not matches:
            raise SystemExit(f"contents.toml leaves out {pattern}, but no file matches it.")
        for name in matches:
            files.pop(name).unlink()
    for name, path in files.items():
        if ".dist-info/" in name and not any(fnmatch(path.name, kept) for kept in KEPT_METADATA):
            path.unlink()
