"""One invocation: what the doors are handed, and how much time there is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from finalize_cutover.cutover.finalize import Order
from finalize_cutover.cutover.look import World
from finalize_cutover.cutover.ports import Announcements, Clock, Mandate, StagingResources
from finalize_cutover.cutover.verdict import ApprovalTag, Terms
from finalize_cutover.settings import Settings

from .request import Request

# In a dry run nobody waits for what they may not have.
WAIT_MINUTES = 10

# A write begun later might be cut off before its answer is read: the slowest takes 33 s (aws/clients.py), and then
# we look again.  A short invocation cannot spare as much, and a slow answer is rare.
LONGEST_ACT = timedelta(seconds=45)
SHORTEST_ACT = timedelta(seconds=10)
# After the last wait there must be time to look and decide.
LOOK_MARGIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    An invocation.

    Attributes:
        context: Lambda's context object; None for a caller without one.

        world: Returns the world of an account; None means the function's own.

        staging: Returns where the replication resources of an account are.

        announcements: Who hears what automation did; None where nobody listens.

        mandate: Returns who may withdraw the requests of a stack, by its ARN.

        deadline: When an answer must have been given.
    """

    settings: Settings
    context: Any
    world: Callable[[str | None], World]
    staging: Callable[[str | None], StagingResources]
    announcements: Announcements | None
    mandate: Callable[[str], Mandate]
    clock: Clock
    deadline: datetime

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; negative after it."""
        return (self.deadline - self.clock.now()).total_seconds()

    @property
    def act_until(self) -> datetime:
        """When it is too late to begin a write."""
        now = self.clock.now()
        return self.deadline - min(LONGEST_ACT, max(SHORTEST_ACT, (self.deadline - now) / 10))


def order_for(
    request: Request,
    call: Call,
    *,
    approval: ApprovalTag | None = None,
    mandate: Mandate | None = None,
    has_waited: bool = False,
) -> Order:
    """Return what *request* asks of the core, within the time that *call* has; the rest as in ``Order``."""
    minutes = request.wait_minutes
    if minutes is None:
        minutes = 0 if request.dry_run else WAIT_MINUTES
    act_until = call.act_until
    return Order(
        terms=Terms(soak_minutes=request.soak_minutes, waived=frozenset(request.waive), approval=approval),
        dry_run=request.dry_run,
        archive=request.archive,
        wait_until=min(call.clock.now() + timedelta(minutes=minutes), act_until - LOOK_MARGIN),
        act_until=act_until,
        mandate=mandate,
        has_waited=has_waited,
    )
