"""Checks a load test: nothing is lost, nothing is done twice, and no forbidden change is made."""

from collections import Counter
from collections.abc import Collection, Iterator

from tests.load import verdict_on_events, verdict_on_requests
from tests.load.record import Document, Record
from tests.load.story import Kind, Story

FINALIZE = "FinalizeCutover"
WRITES = {
    FINALIZE,
    "ChangeServerLifeCycleState",
    "DisconnectFromService",
    "MarkAsArchived",
    "StartCutover",
    "TagResource",
    "UntagResource",
}
OK = 200


def violations(story: Story, record: Record) -> list[str]:
    """Return the violations as sentences."""
    return [
        *verdict_on_requests.violations(story, record),
        *verdict_on_events.violations(story, record),
        *_touched(story, record),
        *_doubled([*record.calls, *record.calls_of_sweep]),
        *_forgotten(story, record),
    ]


def effective(calls: Collection[Document]) -> Counter[str]:
    """Return ``{source server ID: number of effective FinalizeCutover calls}``, even if the response was lost."""
    return Counter(
        call["parameters"]["sourceServerID"]
        for call in calls
        if call["operation"] == FINALIZE and OK in {call["status"], call["lostStatus"]}
    )


def _touched(story: Story, record: Record) -> Iterator[str]:
    """Check that all write requests to MGN concern servers that may be finalized, even if MGN refused them."""
    asked = {ask.server_id for ask in story.asks}
    for call in filter(_is_write, record.calls):
        server_id = call["parameters"].get("sourceServerID", "")
        kind = story.servers.get(server_id)
        if kind is None or not kind.is_ready or not (kind.is_approved or server_id in asked):
            yield f"touched: {call['operation']} was sent for {_named(server_id, kind)}"
    for call in filter(_is_write, record.calls_of_sweep):
        server_id = call["parameters"].get("sourceServerID", "")
        kind = story.servers.get(server_id)
        if kind is None or not kind.is_approved or not (kind.is_ready or kind.becomes_ready):
            yield f"touched: the sweep sent {call['operation']} for {_named(server_id, kind)}"


def _is_write(call: Document) -> bool:
    return call["service"] == "mgn" and call["operation"] in WRITES


def _named(server_id: str, kind: Kind | None) -> str:
    return f"{server_id or 'nothing that is known'} ({kind.scenario if kind else 'unknown'})"


def _doubled(calls: Collection[Document]) -> Iterator[str]:
    for server_id, times in effective(calls).items():
        if times > 1:
            yield f"doubled: {server_id} was finalized {times} times"


def _forgotten(story: Story, record: Record) -> Iterator[str]:
    """Check that every approved, ready server is finalized after one sweep, which succeeded at its first attempt."""
    if len(record.sweep) != 1 or not all("answer" in attempt for attempt in record.sweep):
        yield f"broken: a sweep in good weather failed: {record.sweep}"
    for server_id, kind in story.servers.items():
        is_due = kind.is_approved and (kind.is_ready or kind.becomes_ready)
        if is_due and server_id not in record.finalized_in_the_end:
            yield f"lost: {_named(server_id, kind)} is approved and ready, and not finalized after a sweep"
