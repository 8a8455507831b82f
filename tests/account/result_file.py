"""The file with the results: its content without identifiers."""

import msgspec

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
