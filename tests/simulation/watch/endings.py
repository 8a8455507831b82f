"""The invariants at the end of a history."""

from typing import TYPE_CHECKING

from tests.simulation.aws.function import QueuedEvent
from tests.simulation.aws.invocation import Asked
from tests.simulation.aws.truth import Server
from tests.simulation.watch.accounts import is_served
from tests.simulation.watch.deliveries import was_kept_from_answering
from tests.simulation.watch.sights import companions, truth_about
from tests.simulation.watch.table import broken_rules

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch


def check(watch: "Watch", queued_events: list[QueuedEvent], *, sweep: Asked | None) -> None:
    """Check all invariants at the end, after *sweep* without faults; None if there was none."""
    for queued_event in queued_events:
        if queued_event.asked.request:
            _check_answered(watch, queued_event)
    if watch.bucket and watch.bucket.spell_now():
        return  # no intent can be stored, so nothing is finalized
    if sweep:
        for server_id in watch.mgn.servers:
            if is_served(watch, watch.mgn.servers[server_id].account):
                _check_finalized(watch, server_id, sweep)


def _check_answered(watch: "Watch", queued_event: QueuedEvent) -> None:
    """Check for a response in time, unless every invocation was killed, could not deliver it, or started too late."""
    request = queued_event.asked.request
    if request.is_stale:
        watch.counts["stale requests"] += 1
        return
    watch.counts["requests"] += 1
    watch.counts["requests answered"] += request.accepted is not None
    if request.accepted is None:
        had_a_chance = [
            invocation
            for invocation in queued_event.invocations
            if not (
                invocation.was_killed
                or was_kept_from_answering(invocation)
                or invocation.began_at > request.gives_up_at - 3
            )
        ]
        watch.demand(not had_a_chance, "unanswered", "request", request.number, *map(str, had_a_chance))


def _check_finalized(watch: "Watch", server_id: str, sweep: Asked) -> None:
    """Check that no approved server is ready now but not finalized."""
    server = watch.mgn.servers[server_id]
    others = [watch.mgn.servers[id_] for id_ in companions(watch, server, sweep)]
    is_alone = all(_is_ready(watch, o, sweep) for o in others if o.exists and not o.is_final and not o.is_archived)
    is_forgotten = server.exists and _is_ready(watch, server, sweep) and is_alone
    watch.demand(not is_forgotten, "forgotten", server_id, "is approved and ready, but was never finalized")


def _is_ready(watch: "Watch", server: Server, sweep: Asked) -> bool:
    # A log that is never readable stops also who waives the rule about it.
    is_readable = server.cutover and not watch.mgn.jobs[server.cutover.job_id].log_error
    return bool(is_readable and not broken_rules(truth_about(watch, server), sweep, watch.machine.now))
