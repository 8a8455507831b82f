"""What must hold once everything has come to rest."""

from typing import TYPE_CHECKING

from tests.simulation.aws.function import Errand
from tests.simulation.aws.invocation import Asked, Sight
from tests.simulation.aws.truth import APPROVED
from tests.simulation.watch.table import broken_rules

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

AUTOMATION = Asked(door="sweep", needs_approval=True)


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
    watch.counts["requests"] += 1
    watch.counts["requests answered"] += request.accepted is not None
    if request.accepted is None:
        had_a_chance = [
            invocation
            for invocation in errand.invocations
            if not (
                invocation.was_killed
                or invocation.record.answer_faults
                or invocation.began_at > request.gives_up_at - 3
            )
        ]
        watch.demand(not had_a_chance, "unanswered", "request", request.number, *map(str, had_a_chance))


def _check_finalized(watch: "Watch", server_id: str) -> None:
    """Demand that no approved server is ready by the truth of now and yet not finalized."""
    server, mgn = watch.mgn.servers[server_id], watch.mgn
    if not server.exists or server.approval != APPROVED or server.cutover is None:
        return
    job = mgn.jobs[server.cutover.job_id]
    instance = server.launched and mgn.instances[server.launched.instance_id]
    is_known = instance and instance.is_known
    sight = Sight(
        server=server,
        seen_at=watch.machine.now,
        job=job if job.is_listed else None,
        log=job.log,
        instance=instance if is_known else None,
    )
    broken = broken_rules(sight, AUTOMATION, watch.machine.now)
    watch.demand(broken, "forgotten", server_id, "is approved and ready, and nobody finalized it")
