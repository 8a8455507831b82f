"""
What must hold for the requests of CloudFormation: each gets one accepted answer, which is true when it comes.

SUCCESS is true when MGN had finalized the source server before.  FAILED is true when it names what keeps the
source server from being finalized, or a fault; but not when the fault is one of FinalizeCutover and the server was
final: the function must have looked again.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from local.cloudformation import answers
from tests.load.record import Answer, Record, Request
from tests.load.story import Kind, Story

# As the function words what AWS did to it; a conflict is with whoever finalized the source server meanwhile.
FAULT = re.compile(
    r"failed with (Throttling|RequestLimitExceeded|Internal|ServiceUnavailable|Conflict)\w* \(\d+\)"
    r"|got no readable response"
)
FAULT_OF_AN_ACT = re.compile(r"mgn:FinalizeCutover (failed with|got no readable)")
# A run that looked before another run of the same request had finalized finds the stack complete.
WITHDRAWN = re.compile(r"Nothing was finalized: the stack status is (ROLLBACK_\w+|DELETE_\w+|CREATE_COMPLETE)")
# Nothing but a cutover that is final makes a conflict here.
CONFLICT = "ConflictException"
# Between the function's last look and its answer somebody else may finalize.
MEANWHILE = timedelta(seconds=1)
RUNS = 3  # of Lambda, for a request or an event
UNDELIVERED = "ResponseNotDeliveredError"


def violations(story: Story, record: Record) -> Iterator[str]:
    """Yield what does not hold, in words."""
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
    # CloudFormation reads the first.  What comes later must be true, too, or tell that the stack is over.
    for sent in {answer.body: answer for answer in reversed(stored)}.values():
        if sent is stored[0] or not WITHDRAWN.search(sent.body.decode()):
            yield from _untruth(request, sent, kind, finalized_at)


def _of_attempts(request: Request) -> Iterator[str]:
    """Demand an accepted answer of each run that ended well, and at most one of each other."""
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
    """Say whether *reason* names a fault, or what keeps source servers of *kind* from being finalized."""
    return bool(FAULT.search(reason)) or (bool(kind.obstacle) and kind.obstacle in reason)


def _grace(reason: str) -> timedelta:
    return timedelta(0) if CONFLICT in reason else MEANWHILE
