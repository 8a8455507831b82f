"""What the layer holds of the packages it is made of, and what it leaves out."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

# Of a package's metadata, what is read at run time or asked for by its licence.  Amazon Inspector
# finds vulnerable packages by METADATA; installers alone read the rest.
KEPT_METADATA = ("METADATA", "*LICENSE*", "*LICENCE*", "*NOTICE*", "*COPYING*")


@dataclass(frozen=True, kw_only=True)
class Contents:
    """
    What ``contents.toml`` says.

    Attributes:
        left_out: Shell patterns of paths below ``python/``.

        operations: ``{service: [operation]}``, in botocore's words.
    """

    left_out: list[str]
    operations: dict[str, list[str]]


def load(path: Path) -> Contents:
    """Read ``contents.toml`` at *path*."""
    return Contents(**tomllib.loads(path.read_text()))


def leave_out(folder: Path, patterns: list[str]) -> None:
    """
    Delete from *folder* the files that match one of *patterns*, and metadata that nobody reads.

    A pattern that matches nothing is out of date, and stops the build.
    """
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    for pattern in patterns:
        matches = [name for name in files if fnmatch(name, pattern)]
        if not matches:
            raise SystemExit(f"contents.toml leaves out {pattern}, but there is no such file.")
        for name in matches:
            files.pop(name).unlink()
    for name, path in files.items():
        if ".dist-info/" in name and not any(fnmatch(path.name, kept) for kept in KEPT_METADATA):
            path.unlink()
