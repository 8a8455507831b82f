"""
Checks CloudFormation's requests: each gets one accepted response, which is true at its arrival.

SUCCESS is true if MGN had finalized the source server before.  FAILED is true if it names a reason against the
finalization, or a fault.  It is not true if the fault concerns FinalizeCutover and the server was finalized: the
function must have read the server again.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from local.cloudformation import answers
from tests.load.record import Answer, Record, Request
from tests.load.story import Kind, Story

# The function's texts about AWS's errors; a conflict means that another client finalized the source server.
FAULT = re.compile(
    r"failed with (Throttling|RequestLimitExceeded|Internal|ServiceUnavailable|Conflict)\w* \(\d+\)"
    r"|got no readable response"
)
FAULT_OF_AN_ACT = re.compile(r"mgn:FinalizeCutover (failed with|got no readable)")
# If an invocation reads before another invocation of the same request finalizes, it then finds the stack complete.
WITHDRAWN = re.compile(r"Nothing was finalized: the stack status is (ROLLBACK_\w+|DELETE_\w+|CREATE_COMPLETE)")
# In this test, only a finalized cutover leads to a conflict.
CONFLICT = "ConflictException"
# Another client can finalize between the function's last read and its response.
MEANWHILE = timedelta(seconds=1)
RUNS = 3  # Lambda's attempts for a request or an event
UNDELIVERED = "ResponseNotDeliveredError"


def violations(story: Story, record: Record) -> Iterator[str]:
    """Yield the violations as sentences."""
    expected = len(story.asks)
    if (created := sum(request.document["RequestType"] == "Create" for request in record.requests)) != expected:
        yield f"lost: {expected} stacks, but {created} requests to create"
    for request in record.requests:
        named = f"{request.document['RequestType']} of {request.server_id}"
        yield from (f"{words} ({named})" for words in _of_one(request, story, record))


def _of_one(request: Request, story: Story, record: Record) -> Iterator[str]:
    yield from _of_attempts(request)
    stored = [answer for answer in request.answers if answer.is_stored]
    if not stored:
        yield "lost: never answered"
        return
    successes = {answer.body for answer in stored if b'"SUCCESS"' in answer.body}
    if len(successes) > 1:
        yield f"doubled: {len(successes)} different answers of SUCCESS"
    kind, finalized_at = story.servers[request.server_id], record.finalized_at.get(request.server_id)
    # CloudFormation reads the first response.  Later ones must also be true, or say that the stack has ended.
    for sent in {answer.body: answer for answer in reversed(stored)}.values():
        if sent is stored[0] or not WITHDRAWN.search(sent.body.decode()):
            yield from _untruth(request, sent, kind, finalized_at)


def _of_attempts(request: Request) -> Iterator[str]:
    """Check that each successful invocation has one accepted response, and each other at most one."""
    ended_well = request.attempts.count(None)
    taken = sum(answer.is_taken for answer in request.answers)
    if not ended_well <= taken <= len(request.attempts):
        kind = "lost" if taken < ended_well else "doubled"
        yield f"{kind}: {ended_well} of {len(request.attempts)} runs ended well, {taken} answers were taken"
    for error in filter(None, request.attempts):
        if getattr(error, "name", "") != UNDELIVERED:
            yield f"broken: a run ended in {type(error).__name__} {error}"


def _untruth(request: Request, sent: Answer, kind: Kind, finalized_at: datetime | None) -> Iterator[str]:
    try:
        answer = answers.read(sent.body, request.document)
    except answers.InvalidAnswerError as error:
        yield f"malformed: {error}"
        return
    was_final = finalized_at is not None and finalized_at <= sent.came_at
    if request.document["RequestType"] == "Delete":
        if answer.status != "SUCCESS":
            yield f"untrue: {answer.reason}"
    elif answer.status == "SUCCESS":
        if not was_final or answer.data.get("Outcome") != "FINALIZED":
            yield f"untrue: SUCCESS {answer.data}, MGN finalized it at {finalized_at}"
    elif not is_in_the_way(answer.reason, kind):
        yield f"untrue: nothing of the kind is in the way: {answer.reason}"
    elif (
        FAULT_OF_AN_ACT.search(answer.reason) and finalized_at and finalized_at <= sent.came_at - _grace(answer.reason)
    ):
        yield f"untrue: it had been finalized at {finalized_at}: {answer.reason}"


def is_in_the_way(reason: str, kind: Kind) -> bool:
    """Return whether *reason* names a fault, or the obstacle for source servers of *kind*."""
    return bool(FAULT.search(reason)) or (bool(kind.obstacle) and kind.obstacle in reason)


def _grace(reason: str) -> timedelta:
    return timedelta(0) if CONFLICT in reason else MEANWHILE
