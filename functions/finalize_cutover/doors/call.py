"""One invocation: what the doors are handed, and how much time there is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from finalize_cutover.cutover.finalize import Order
from finalize_cutover.cutover.look import World
from finalize_cutover.cutover.ports import Clock, Mandate
from finalize_cutover.cutover.verdict import ApprovalTag, Terms
from finalize_cutover.settings import Settings

from .request import Request

# In a dry run nobody waits for what they may not have.
WAIT_MINUTES = 10

# A write begun later might be cut off by Lambda's timeout before its answer is read.
ACT_MARGIN = timedelta(seconds=10)
# After the last wait there must be time to look, decide and act.
LOOK_MARGIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    An invocation.

    Attributes:
        world: Returns the world of an account; None means the function's own.

        deadline: When an answer must have been given.
    """

    settings: Settings
    world: Callable[[str | None], World]
    clock: Clock
    deadline: datetime


def order_for(
    request: Request, call: Call, *, approval: ApprovalTag | None = None, mandate: Mandate | None = None
) -> Order:
    """Return what *request* asks of the core, within the time that *call* has."""
    minutes = request.wait_minutes
    if minutes is None:
        minutes = 0 if request.dry_run else WAIT_MINUTES
    act_until = call.deadline - ACT_MARGIN
    return Order(
        terms=Terms(soak_minutes=request.soak_minutes, waived=frozenset(request.waive), approval=approval),
        dry_run=request.dry_run,
        archive=request.archive,
        wait_until=min(call.clock.now() + timedelta(minutes=minutes), act_until - LOOK_MARGIN),
        act_until=act_until,
        mandate=mandate,
    )
