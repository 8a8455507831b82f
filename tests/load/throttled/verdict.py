"""
Checks a load test with throttling: no write after the response, none in the last seconds, none with old evidence.

The times of reads and writes are those of their arrival at the local AWS.  The function measures from before a call, so
its limits are stricter than those in these checks.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta

from tests.load.throttled import verdict_on_answers
from tests.load.throttled.calls import Write, swept_from, writes
from tests.load.throttled.record import Record, Sweep
from tests.load.verdict import effective

YOUNG = 15.0  # s; for evidence, and for concurrent changes
SLACK = 0.5  # s; for the network between the function and the local AWS
# Time between the timer and the end of ServiceTimeout, and time between the last write and the timer.
TIMER_MARGIN = 5.0  # s
LAST_SECONDS = 10.0  # s
THROTTLED = 429


def violations(record: Record) -> list[str]:
    """Return the violations as sentences."""
    sent = writes(record)
    return [
        *_vain(record, sent),
        *(f"late: {_named(write)} came after the answer" for write in after_answer(record, sent)),
        *(f"late: {_named(write)} came in the last seconds" for write in in_last_seconds(record, sent)),
        *_old(sent),
        *_changed(record.sweep, sent),
        *_doubled(record),
        *verdict_on_answers.violations(record),
    ]


def after_answer(record: Record, sent: Collection[Write]) -> list[Write]:
    """Return the writes after the response to their request."""
    ends = {id_: one.answered_at for one in record.requests for id_ in one.server_ids}
    ends |= dict.fromkeys(record.sweep.server_ids, record.sweep.ended_at)
    return [write for write in sent if (end := ends.get(write.server_id)) and write.at > end]


def in_last_seconds(record: Record, sent: Collection[Write]) -> list[Write]:
    """Return the writes in the last seconds before the timer of their request, or later."""
    ends = {
        id_: one.sent_at + timedelta(seconds=one.service_timeout - TIMER_MARGIN)
        for one in record.requests
        for id_ in one.server_ids
    }
    if began_at := swept_from(record):
        # Lambda's time began before the first call.
        ends |= dict.fromkeys(record.sweep.server_ids, began_at + timedelta(seconds=record.sweep.timeout))
    last = timedelta(seconds=LAST_SECONDS - SLACK)
    return [write for write in sent if (end := ends.get(write.server_id)) and write.at > end - last]


def oldest_evidence(sent: Collection[Write]) -> float:
    """Return the age of the oldest evidence at any write, in seconds; 0 without writes."""
    return max((write.evidence_age for write in sent), default=0)


def throttled(record: Record) -> int:
    """Return the number of throttled calls to MGN."""
    return sum(call["status"] == THROTTLED for call in record.calls)


def _vain(record: Record, sent: Collection[Write]) -> Iterator[str]:
    """Check that the test is meaningful: a stack and the sweep write, but do not reach all ready servers."""
    if not throttled(record):
        yield "vain: no call was throttled"
    written, final = {write.server_id for write in sent}, record.finalized_at.keys()
    lists = [set(request.server_ids) for request in record.requests]
    unchanged = set(record.sweep.server_ids) - record.sweep.changed_at.keys()
    for who, asked in (("stack", lists), ("sweep", [unchanged])):
        if not any(written & server_ids and not final >= server_ids for server_ids in asked):
            yield f"vain: no {who} wrote something and left something"


def _old(sent: Collection[Write]) -> Iterator[str]:
    for write in sent:
        if write.evidence_age > YOUNG + SLACK:
            yield f"old: {_named(write)} rested on evidence that was {write.evidence_age:.1f} s old"


def _changed(sweep: Sweep, sent: Collection[Write]) -> Iterator[str]:
    for write in sent:
        changed_at = sweep.changed_at.get(write.server_id)
        if changed_at and (age := (write.at - changed_at).total_seconds()) > YOUNG + SLACK:
            yield f"changed: {_named(write)} came {age:.1f} s after its tag was removed or its instance terminated"


def _doubled(record: Record) -> Iterator[str]:
    for server_id, times in effective(record.calls).items():
        if times > 1:
            yield f"doubled: {server_id} was finalized {times} times"
    for request in record.requests:
        if request.answers > 1:
            yield f"doubled: {request.answers} different answers about {request.server_ids[0]} and others"


def _named(write: Write) -> str:
    return f"{write.operation} of {write.server_id}"
