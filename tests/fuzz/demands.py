"""What is demanded of an invocation of any handler: a refusal touches nobody, a report is complete, nothing leaks."""

import json
from typing import Any

from finalize_cutover.cutover.errors import InvalidRequestError
from tests.contract.log_lines import LogLines
from tests.fuzz import expected
from tests.fuzz.aws import SERVER, TAG_VALUE
from tests.fuzz.function import Observation
from tests.fuzz.recipes import URL

LONGEST_SENTENCE = 700  # characters
LINE_LOST = "--- Logging error ---"  # what Python writes instead of a line that it cannot write
WRITES = {"mgn:FinalizeCutover", "mgn:MarkAsArchived"}


def tells_no_secret(event: Any, seen: Observation) -> None:
    """Demand that nothing was logged or raised that nobody may read, and that every line could be written."""
    assert LINE_LOST not in seen.lines, seen.lines
    assert TAG_VALUE not in seen.lines
    told = seen.lines + str(seen.error)
    logical_id = event.get("LogicalResourceId") if isinstance(event, dict) else None
    # That is told, whatever it is.
    if not (isinstance(logical_id, str) and logical_id in told):
        assert LogLines.secrets_in(told, [URL]) == []


def refused(seen: Observation, *, allowed: str = "expected") -> None:
    """Demand a refusal in one sentence that says what is allowed, without a word to anybody."""
    assert type(seen.error) is InvalidRequestError, seen
    assert (seen.calls, seen.contacts, seen.answer) == ([], [], None)
    is_sentence(str(seen.error), allowed=allowed)
    assert '"RefusedRequests":[1.0]' in seen.lines


def is_sentence(text: str, *, allowed: str = "expected") -> None:
    """Demand that *text* can be read by a person, and says what is allowed."""
    assert text.isprintable()
    assert text.endswith(".")
    assert allowed in text
    assert len(text) <= LONGEST_SENTENCE


def reported(seen: Observation) -> None:
    """Demand a report as its schema says."""
    assert seen.error is None, seen
    assert expected.fits(json.loads(json.dumps(seen.answer)), "report"), seen.answer
    assert seen.contacts == []


def writes(seen: Observation, *, finalizes: bool, archives: bool) -> None:
    """Demand that the one source server there is was changed so, each way once, and no other."""
    found = [(call.operation, call.request["sourceServerID"]) for call in seen.calls if call.operation in WRITES]
    wanted = [("mgn:FinalizeCutover", finalizes), ("mgn:MarkAsArchived", finalizes and archives)]
    assert found == [(operation, SERVER) for operation, is_wanted in wanted if is_wanted]


def asks_about(seen: Observation, account_id: str | None) -> None:
    """Demand that MGN was asked about no other account than that."""
    assert {call.request.get("accountID") for call in seen.calls if call.operation.startswith("mgn:")} <= {account_id}
