"""
When FinalizeCutover may be sent.

Looking and acting are two calls, and MGN knows no condition on a write: what changes between the two is not seen.  So
what is demanded is about what the invocation was shown, at the moments at which that was true.
"""

from typing import TYPE_CHECKING

from tests.simulation.aws.invocation import Invocation, Sight
from tests.simulation.aws.requests import GIVEN_UP, Request
from tests.simulation.watch.table import broken_rules

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

# What no write may begin in, of the time until an answer must have been given, and what the answer itself is left.
SHORTEST_ACT = 10  # seconds
ANSWER = 5  # seconds
# How old a stack's consent may be, and a request without one; and what passes between asking the clock and sending.
FRESH = 15  # seconds
OLD = 60  # seconds
SLACK = 1.0  # seconds


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
    check_time(watch, invocation, "sent too late")
    if asked.request:
        _check_mandate(watch, invocation, asked.request, sight)


def check_time(watch: "Watch", invocation: Invocation, invariant: str) -> None:
    """Demand that *invocation*, which is about to write, has the time for it; *invariant* is broken if not."""
    request = invocation.asked.request
    ends_at = invocation.ends_at
    if request:
        ends_at = min(ends_at, request.gives_up_at) - ANSWER
    left = ends_at - watch.machine.now
    watch.demand(left >= SHORTEST_ACT - 0.001, invariant, invocation, f"with {left:.3f} s left")


def _check_mandate(watch: "Watch", invocation: Invocation, request: Request, sight: Sight) -> None:
    """
    Demand that the stack still wants it: that it said so in the last 15 s, or did not answer and was sent just now.

    Who has waited, or may have been run before, needs an answer; and whatever a stack said last counts.
    """
    now, said = watch.machine.now, invocation.record.stack_statuses
    has_given_up = bool(said) and any(word in said[-1][1] for word in GIVEN_UP)
    watch.demand(not has_given_up, "sent for a stack that gave up", invocation, said[-1:])
    is_old = invocation.began_at - request.sent_at > OLD + SLACK
    # The last page of the first look is when the work began.
    began_at = max(sight.seen_at for sight in invocation.record.sights.values())
    has_waited = sight.looks > 1 or now - began_at > FRESH + SLACK
    is_fresh = bool(said) and now - said[-1][0] <= FRESH + SLACK
    was_silent = any(operation == "DescribeStacks" for _, operation, _ in invocation.record.faults)
    is_excused = was_silent and not is_old and not has_waited
    watch.demand(is_fresh or is_excused, "sent without a mandate", invocation, said[-1:])
