"""
Checks when FinalizeCutover and MarkAsArchived are sent.

Reading and writing are several calls, and MGN supports no conditional writes, so a change between them is not noticed.
Therefore the checks use what the invocation read, and the times of the reads.
"""

from typing import TYPE_CHECKING

from tests.simulation.aws import documents
from tests.simulation.aws.invocation import Invocation, Sight
from tests.simulation.aws.requests import Request
from tests.simulation.watch import evidence
from tests.simulation.watch.sights import companions, lacks_protection
from tests.simulation.watch.table import broken_rules

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

# Maximum age of the evidence at a write, and the time between the function's check and the write.
YOUNG = 15  # seconds
SHORT = 0.2  # seconds
# The calendars are asked again before a batch of writes, unless they were asked so shortly before.
JUST_ASKED = 2  # seconds
# No write begins in the last seconds before the timer, which leaves seconds for the response.  Before Lambda's own
# timeout, half a second is left.
SHORTEST_ACT = 10  # seconds
ANSWER = 5  # seconds
ENDING = 0.5  # seconds
# Maximum age of a stack's status, and of a request without a status; a response URL has whole seconds.
FRESH = 15  # seconds
OLD = 60  # seconds
SLACK = 1.0  # seconds
FORWARD = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"}


def check(watch: "Watch", invocation: Invocation, server_id: str) -> None:
    """Check all invariants when *invocation* sends FinalizeCutover for *server_id*."""
    asked, sight = invocation.asked, invocation.record.sights.get(server_id)
    watch.demand(asked.may_finalize, "sent unasked", invocation, "was to finalize nothing")
    watch.demand(server_id in invocation.meant, "sent unasked", invocation, "was not about", server_id)
    if sight is None:
        watch.demand(False, "sent without a look", invocation, server_id)
        return
    watch.demand(not sight.is_spent, "sent without another look", invocation, server_id)
    accepted = [send for send in invocation.record.sends if send.server_id == server_id and send.has_no_effect]
    watch.demand(not accepted, "sent after it was accepted", invocation, server_id)
    broken = broken_rules(sight, asked, watch.machine.now)
    watch.demand(not broken, "sent unready", invocation, server_id, "breaks", broken, sight)
    _check_age(watch, invocation, sight)
    evidence.check_intent(watch, invocation, sight, oldest=watch.machine.now - YOUNG - SHORT)
    _check_accepted(watch, invocation, sight)
    _check_group(watch, invocation)
    _check_application(watch, invocation, sight)
    check_any(watch, invocation, "sent too late")


def _check_age(watch: "Watch", invocation: Invocation, sight: Sight) -> None:
    """Check that all evidence for the write is recent."""
    watch.counts["FinalizeCutover sent on a kept log"] += sight.log is not None and "log" not in sight.true_at
    age = watch.machine.now - sight.oldest_at
    watch.oldest_evidence = max(watch.oldest_evidence, age)
    watch.demand(age <= YOUNG + SHORT, "sent on old evidence", invocation, f"{age:.3f} s", sight)


def _check_accepted(watch: "Watch", invocation: Invocation, sight: Sight) -> None:
    """Check what the optional rules require just before a write."""
    rules = invocation.asked.rules - invocation.asked.waived
    for rule in rules:
        watch.counts[f"FinalizeCutover sent with {rule}"] += 1
    watch.demand(not lacks_protection(sight, invocation.asked), "sent unprotected", invocation, sight)
    if "change-calendar" in rules:
        is_asked_again = sight.calendars_asked_at >= sight.heard_at - JUST_ASKED - SHORT
        watch.demand(is_asked_again, "sent without asking the calendars again", invocation, sight)


def _check_group(watch: "Watch", invocation: Invocation) -> None:
    """Check that the first of several writes that must all be possible follows two looks at all servers."""
    asked, record = invocation.asked, invocation.record
    has_begun = any(not send.is_refused for send in record.sends)
    if not asked.all_or_nothing or has_begun or len(invocation.meant) < 2:
        return
    now = watch.machine.now
    sights = {server_id: record.sights.get(server_id) for server_id in invocation.meant}
    for server_id, sight in sights.items():
        if sight is not None and sight.server.is_final:
            continue
        broken = broken_rules(sight, asked, now) if sight else ["unread"]
        watch.demand(not broken, "sent although another waits", invocation, server_id, "breaks", broken)
        is_recent = sight is not None and now - sight.oldest_at <= YOUNG + SHORT
        watch.demand(is_recent, "sent although another was not read again", invocation, server_id)
        watch.demand(record.ready_looks[server_id], "sent after one look", invocation, server_id)
        if watch.violations:
            return


def _check_application(watch: "Watch", invocation: Invocation, sight: Sight) -> None:
    """Check that the first write for an application follows a look that found all its servers final or ready."""
    others, record = companions(watch, sight.server, invocation.asked), invocation.record
    has_begun = any(not send.is_refused for send in record.sends if send.server_id in {sight.server.id, *others})
    if not others or has_begun:
        return
    watch.counts["FinalizeCutover sent for a whole application"] += 1
    now = watch.machine.now
    for server_id in sorted(others):
        seen = record.sights.get(server_id)
        if seen is None:
            # It was deleted before the look, which can be as old as its evidence.
            watch.demand(not watch.mgn.servers[server_id].exists, "sent without its application", invocation, server_id)
            continue
        if seen.server.is_final or seen.server.is_archived:
            continue
        broken, age = broken_rules(seen, invocation.asked, now), now - seen.oldest_at
        is_ready = not broken and age <= YOUNG + SHORT
        watch.demand(is_ready, "sent without its application", invocation, server_id, broken, f"{age:.3f} s", seen)


def check_protection(watch: "Watch", invocation: Invocation, server_id: str) -> None:
    """Check that termination protection is turned on only for a request, and neither late nor in a rollback."""
    asked, said = invocation.asked, invocation.record.stack_statuses
    is_asked = asked.sets_protection and asked.may_finalize and server_id in invocation.meant
    watch.demand(is_asked, "protected unasked", invocation, server_id)
    if asked.request:
        watch.demand(invocation.record.answering_since is None, "protected after the answer", invocation, server_id)
        goes_forward = all(status in FORWARD for _, status in said)
        watch.demand(goes_forward, "protected for a stack that does not go forward", invocation, said[-1:])
    sight = invocation.record.sights.get(server_id)
    # A calendar can close after the look, and a soak time can end while other servers of the look are still read.
    moments = (sight.heard_at, watch.machine.now) if sight else ()
    broken = set.intersection(*(set(broken_rules(sight, asked, at)) for at in moments)) if sight else {"unread"}
    watch.demand(not broken, "protected although not ready", invocation, server_id, broken)


def check_any(watch: "Watch", invocation: Invocation, invariant: str) -> None:
    """Check all invariants of any write of *invocation*; *invariant* is violated if there is no time for the write."""
    request, now = invocation.asked.request, watch.machine.now
    ends_at = invocation.ends_at - ENDING
    if request:
        answering_since = invocation.record.answering_since
        watch.demand(answering_since is None, "sent after the answer", invocation, answering_since)
        watch.demand(now < request.gives_up_at, "sent for a stale request", invocation, request.gives_up_at)
        ends_at = min(invocation.ends_at, request.gives_up_at) - ANSWER
        _check_consent(watch, invocation, request)
    watch.demand(ends_at - now >= SHORTEST_ACT, invariant, invocation, f"with {ends_at - now:.3f} s left")


def _check_consent(watch: "Watch", invocation: Invocation, request: Request) -> None:
    """
    Check that the stack goes forward: by a status in the last 15 s, or a recent Create whose status could not be read.

    A missing status is not sufficient for an Update, for a request that has waited, or for one that can be a retry.
    After any other status the request is void, even if a stale read later shows the stack going forward.
    """
    now, said = watch.machine.now, invocation.record.stack_statuses
    goes_forward = all(status in FORWARD for _, status in said)
    watch.demand(goes_forward, "sent for a stack that does not go forward", invocation, said[-1:])
    stacks = {request.stack_id, documents.root_of(request.stack_id) or request.stack_id}
    is_fresh = all(now - invocation.record.asked_at.get(stack, -OLD) <= FRESH + SHORT for stack in stacks)
    was_silent = any(fault.operation == "DescribeStacks" for fault in invocation.record.faults)
    is_young = now - invocation.began_at <= FRESH + SHORT and invocation.began_at - request.sent_at <= OLD + SLACK
    is_excused = request.type == "Create" and was_silent and is_young
    watch.demand(is_fresh or is_excused, "sent without consent", invocation, said[-1:])
