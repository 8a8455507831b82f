"""The file with the results: whether it can be written, and its content without identifiers."""

from pathlib import Path

import msgspec

from tests.account.errors import RefusedError
from tests.account.identifiers import Seen
from tests.account.report import AccountTestReport
from tests.account.scrubber import demand_no_identifier, scrubbed


def content(report: AccountTestReport, seen: Seen) -> tuple[bytes, list[str]]:
    """
    Return the JSON of *report* without what identifies, and a sentence on each text that was replaced.

    One text of an unknown form must not cost the whole file, least of all after a finalization.

    Raises:
        IdentifierFoundError: Something that identifies is left.
    """
    document, replaced = scrubbed(msgspec.to_builtins(report), seen)
    document["unexpected"] += replaced
    demand_no_identifier(document, seen)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n", replaced


def demand_writable(path: Path) -> None:
    """
    Open the file at *path* for writing, with the folders above it, and leave what is there.

    Raises:
        RefusedError: It cannot be written.
    """
    existed = path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        allowed = "the path of a file that can be written"
        raise RefusedError(f"OUTPUT is '{path}': {error.strerror}; allowed: {allowed}.") from error
