"""
Checks the events: each has the outcome that fits its source server, or its failure is in the queues.

The check is made before the sweep, because the sweep would hide lost events.
"""

from collections.abc import Iterator

from tests.load.record import Event, Record
from tests.load.story import Kind, Story
from tests.load.verdict_on_requests import RUNS, is_in_the_way

FINALIZED = "FINALIZED"


def violations(story: Story, record: Record) -> Iterator[str]:
    """Yield the violations as sentences."""
    if len(record.events) != len(story.launches):
        yield f"lost: {len(story.launches)} launch results were published, but {len(record.events)} received"
    for event in record.events:
        kind = story.servers[event.server_id]
        yield from (f"{words} (event of {event.server_id})" for words in _of_one(event, kind, record))


def _of_one(event: Event, kind: Kind, record: Record) -> Iterator[str]:
    *failed, last = event.attempts or ({"errorType": "none", "errorMessage": "it was never run"},)
    for attempt in (*failed, last):
        if "answer" not in attempt and not is_in_the_way(attempt["errorMessage"], kind):
            yield f"broken: a run ended in {attempt['errorType']} {attempt['errorMessage']}"
    if "answer" in last:
        yield from _of_report(event, last["answer"] or {}, kind, record)
        return
    if len(event.attempts) != RUNS:
        yield f"lost: given up after {len(event.attempts)} runs"
    for queue, server_ids in record.kept.items():
        if event.server_id not in server_ids:
            yield f"lost: failed for good, and {queue} does not have it"


def _of_report(event: Event, report: dict[str, object], kind: Kind, record: Record) -> Iterator[str]:
    is_final = event.server_id in record.finalized_at
    # A stack can have requested an unapproved server.
    fitting = {kind.outcome, FINALIZED} if is_final else {kind.outcome}
    if report.get("outcome") not in fitting:
        yield f"swallowed: its report says {report.get('outcome')}, and {' or '.join(sorted(fitting))} fits"
    if report.get("outcome") == FINALIZED and not is_final:
        yield "untrue: its report says FINALIZED, and MGN does not"
