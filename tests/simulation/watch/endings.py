"""What must hold once everything has come to rest."""

from typing import TYPE_CHECKING

from tests.simulation.aws.function import Errand
from tests.simulation.aws.invocation import Asked
from tests.simulation.aws.truth import APPROVED
from tests.simulation.watch.deliveries import was_kept_from_answering
from tests.simulation.watch.sights import truth_about
from tests.simulation.watch.table import broken_rules

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

AUTOMATION = Asked(handler="sweep", needs_approval=True)


def check(watch: "Watch", errands: list[Errand], *, has_swept: bool) -> None:
    """Demand all that must hold in the end, after a sweep in good weather if there was one."""
    for errand in errands:
        if errand.asked.request:
            _check_answered(watch, errand)
    if has_swept:
        for server_id in watch.mgn.servers:
            _check_finalized(watch, server_id)


def _check_answered(watch: "Watch", errand: Errand) -> None:
    """Demand an answer in time, unless every invocation was killed, kept from answering, or came too late."""
    request = errand.asked.request
    if request.is_stale:
        watch.counts["stale requests"] += 1
        return
    watch.counts["requests"] += 1
    watch.counts["requests answered"] += request.accepted is not None
    if request.accepted is None:
        had_a_chance = [
            invocation
            for invocation in errand.invocations
            if not (
                invocation.was_killed
                or was_kept_from_answering(invocation)
                or invocation.began_at > request.gives_up_at - 3
            )
        ]
        watch.demand(not had_a_chance, "unanswered", "request", request.number, *map(str, had_a_chance))


def _check_finalized(watch: "Watch", server_id: str) -> None:
    """Demand that no approved server is ready by the truth of now and yet not finalized."""
    server = watch.mgn.servers[server_id]
    if server.exists and server.approval == APPROVED and server.cutover:
        broken = broken_rules(truth_about(watch, server), AUTOMATION, watch.machine.now)
        watch.demand(broken, "forgotten", server_id, "is approved and ready, and nobody finalized it")
