"""
When FinalizeCutover and MarkAsArchived may be sent.

Looking and acting are several calls, and MGN knows no condition on a write: what changes between them is not seen.  So
what is demanded is about what the invocation was shown, at the moments at which that was true.
"""

from typing import TYPE_CHECKING

from tests.simulation.aws.invocation import Invocation, Sight
from tests.simulation.aws.requests import Request
from tests.simulation.watch.table import broken_rules

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

# How old what is acted on may be when the write is sent, and what passes between asking the clock and sending.
YOUNG = 15  # seconds
SHORT = 0.2  # seconds
# No write begins in the last seconds before the timer, and that leaves seconds for the answer itself; before Lambda's
# own timeout, it leaves half a second.
SHORTEST_ACT = 10  # seconds
ANSWER = 5  # seconds
ENDING = 0.5  # seconds
# How old a stack's consent may be, and a request without one; a response URL tells whole seconds.
FRESH = 15  # seconds
OLD = 60  # seconds
SLACK = 1.0  # seconds
FORWARD = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"}


def check(watch: "Watch", invocation: Invocation, server_id: str) -> None:
    """Demand all that must hold when *invocation* sends FinalizeCutover for *server_id*."""
    asked, sight = invocation.asked, invocation.record.sights.get(server_id)
    watch.demand(asked.may_finalize, "sent unasked", invocation, "was to finalize nothing")
    watch.demand(server_id in invocation.meant, "sent unasked", invocation, "was not about", server_id)
    if sight is None:
        watch.demand(False, "sent without a look", invocation, server_id)
        return
    watch.demand(not sight.is_spent, "sent without another look", invocation, server_id)
    broken = broken_rules(sight, asked, watch.machine.now)
    watch.demand(not broken, "sent unready", invocation, server_id, "breaks", broken, sight)
    _check_age(watch, invocation, sight)
    check_any(watch, invocation, "sent too late")


def _check_age(watch: "Watch", invocation: Invocation, sight: Sight) -> None:
    """Demand that everything that the write rests on was served a short while ago."""
    age = watch.machine.now - sight.oldest_at
    watch.oldest_evidence = max(watch.oldest_evidence, age)
    watch.demand(age <= YOUNG + SHORT, "sent on old evidence", invocation, f"{age:.3f} s", sight)


def check_any(watch: "Watch", invocation: Invocation, invariant: str) -> None:
    """Demand all that must hold for any write of *invocation*; *invariant* is broken if it has no time for it."""
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
    Demand that the stack goes forward: that it said so in the last 15 s, or that a Create sent just now got no answer.

    Silence is no consent to an Update, nor to a request that has waited or may have been run before; and a stack that
    has once said something else has withdrawn the request, whatever a read that lags shows later.
    """
    now, said = watch.machine.now, invocation.record.stack_statuses
    goes_forward = all(status in FORWARD for _, status in said)
    watch.demand(goes_forward, "sent for a stack that does not go forward", invocation, said[-1:])
    is_fresh = bool(said) and now - said[-1][0] <= FRESH + SHORT
    was_silent = any(fault.operation == "DescribeStacks" for fault in invocation.record.faults)
    is_young = now - invocation.began_at <= FRESH + SHORT and invocation.began_at - request.sent_at <= OLD + SLACK
    is_excused = request.type == "Create" and was_silent and is_young
    watch.demand(is_fresh or is_excused, "sent without consent", invocation, said[-1:])
