"""
The use case: look, decide, act once, verify.

``FinalizeCutover`` cannot be undone: replication stops, the agent uninstalls
itself, everything MGN used for replicating is deleted, and only the launched
instance stays.  Idempotency rests on MGN's own state, not on a table of ours.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from .fleet import in_batches
from .look import World
from .ports import Clock, Mandate
from .report import Outcome
from .result import Result
from .source_server import SourceServer
from .verdict import Terms
from .work import Work

SECONDS_BETWEEN_LOOKS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What is asked for, beside the servers.

    Attributes:
        terms: What is asked of readiness.

        dry_run: Decide, but do not act.

        archive: Mark finalized servers as archived.

        wait_until: Until when verdicts that say WAIT are looked at again.

        act_until: When it is too late to begin a write, or to look at more than has been begun with: an invocation
            that is cut off tells nothing, not even what it finalized.

        mandate: Asked before acting; None where nobody can withdraw.

        has_waited: Whether the request had waited before it came to us, as one that Lambda runs again has.
    """

    terms: Terms
    dry_run: bool = False
    archive: bool = False
    wait_until: datetime
    act_until: datetime
    mandate: Mandate | None = None
    has_waited: bool = False


def finalize(
    server_ids: Collection[str], *, order: Order, world: World, known: Mapping[str, SourceServer] | None = None
) -> dict[str, Result]:
    """
    Finalize the cutover of those *server_ids* that are proven ready, each at most once.

    Servers that only have to wait are looked at again until ``order.wait_until``.

    Args:
        server_ids: Source server IDs, valid and distinct.

        order: What is asked for.

        world: Where to look and act.

        known: ``{ID: source server}`` as read a moment ago, so that the first look need not read them again.

    Returns:
        ``{ID: result}``, in the order of *server_ids*.  Nothing is raised: what keeps a server
        from being finalized, failures of the services included, is its result's ``cause``.
    """
    results: dict[str, Result] = {}
    waiting, known = list(server_ids), known or {}
    work = Work(order, world)
    while True:
        for number, batch in enumerate(in_batches(waiting)):
            results |= work.do(batch, known, is_first_look=batch[0] not in results, is_further=number > 0)
            known = {}
        waiting = [server_id for server_id in waiting if results[server_id].report.outcome == Outcome.NOT_READY]
        if not waiting or not _wait(order, world.clock):
            return {server_id: results[server_id] for server_id in server_ids}
        work.consent.note_wait()


def _wait(order: Order, clock: Clock) -> bool:
    """Wait until it is time to look again; return whether there was time for that."""
    seconds = (order.wait_until - clock.now()).total_seconds()
    if seconds <= 0:
        return False
    clock.sleep(min(SECONDS_BETWEEN_LOOKS, seconds))
    return True
