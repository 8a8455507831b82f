"""Checks for every invocation: a refusal makes no calls, a report is complete, and no secret is logged."""

import json
from typing import Any

from finalize_cutover.cutover.errors import InvalidRequestError
from tests.contract.log_lines import LogLines
from tests.fuzz import expected
from tests.fuzz.aws import SERVER, TAG_VALUE
from tests.fuzz.function import Observation
from tests.fuzz.recipes import URL

LONGEST_SENTENCE = 700  # characters
LINE_LOST = "--- Logging error ---"  # Python's output for a log line that it cannot write
WRITES = {"mgn:FinalizeCutover", "mgn:MarkAsArchived"}
ARCHIVES = {"mgn:ArchiveApplication": "applicationID", "mgn:ArchiveWave": "waveID"}


def tells_no_secret(event: Any, seen: Observation) -> None:
    """Check that no secret was logged or raised, and that every log line could be written."""
    assert LINE_LOST not in seen.lines, seen.lines
    assert TAG_VALUE not in seen.lines
    told = seen.lines + str(seen.error)
    logical_id = event.get("LogicalResourceId") if isinstance(event, dict) else None
    # The logical ID is always reported, whatever it contains.
    if not (isinstance(logical_id, str) and logical_id in told):
        assert LogLines.secrets_in(told, [URL]) == []


def refused(seen: Observation, *, allowed: str = "allowed: ") -> None:
    """Check for a refusal with one sentence that names what is allowed, without any calls."""
    assert type(seen.error) is InvalidRequestError, seen
    assert (seen.calls, seen.contacts, seen.answer) == ([], [], None)
    is_sentence(str(seen.error), allowed=allowed)
    assert '"RefusedRequests":[1.0]' in seen.lines


def is_sentence(text: str, *, allowed: str = "allowed: ") -> None:
    """Check that *text* is readable, and names what is allowed."""
    assert text.isprintable()
    assert text.endswith(".")
    assert allowed in text
    assert len(text) <= LONGEST_SENTENCE


def reported(seen: Observation) -> None:
    """Check that the report conforms to its schema."""
    assert seen.error is None, seen
    assert expected.fits(json.loads(json.dumps(seen.answer)), "report"), seen.answer
    assert seen.contacts == []


def writes(seen: Observation, *, finalizes: bool, archives: bool) -> None:
    """Check that the only source server was changed by exactly these writes, once each, and no other server."""
    found = [(call.operation, call.request["sourceServerID"]) for call in seen.calls if call.operation in WRITES]
    wanted = [("mgn:FinalizeCutover", finalizes), ("mgn:MarkAsArchived", finalizes and archives)]
    assert found == [(operation, SERVER) for operation, is_wanted in wanted if is_wanted]


def archives_groups(seen: Observation, *, archives: bool) -> None:
    """Check that the only application and the only wave were archived, after the only source server, or not at all."""
    calls = [call.operation for call in seen.calls]
    assert [each for each in calls if each in ARCHIVES] == (list(ARCHIVES) if archives else [])
    assert not archives or "mgn:MarkAsArchived" in calls[: calls.index("mgn:ArchiveApplication")]


def asks_about(seen: Observation, account_id: str | None) -> None:
    """Check that all calls to MGN concern the given account."""
    assert {call.request.get("accountID") for call in seen.calls if call.operation.startswith("mgn:")} <= {account_id}
