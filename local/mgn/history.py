"""Replays the history of a seeded source server, each event at its own time."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from moto.core.exceptions import ServiceException

from local.clock import CLOCK

from . import life_cycle
from .jobs import Job
from .seeding import Seed
from .source_servers import SourceServer


class Service(Protocol):
    """MGN's operations on a source server."""

    def launch(self, servers: list[SourceServer], tags: dict[str, str], *, job_id: str | None) -> Job: ...
    def finalize_cutover(self, server_id: str) -> SourceServer: ...
    def disconnect_from_service(self, server_id: str) -> SourceServer: ...


def replay(service: Service, server: SourceServer, seed: Seed) -> None:
    """
    Run all events in the seed's history on *server*.

    Raises:
        ConflictException: MGN would refuse an event in that state; the later events are cancelled.
    """
    history: list[tuple[float | None, Callable[[], object]]] = [
        (seed.cutover_minutes_ago, partial(service.launch, [server], {}, job_id=seed.job_id)),
        (seed.reverted_minutes_ago, partial(life_cycle.change_state, server, "READY_FOR_CUTOVER")),
        (seed.finalized_minutes_ago, partial(service.finalize_cutover, server.id)),
        (seed.disconnected_minutes_ago, partial(service.disconnect_from_service, server.id)),
        (seed.archived_minutes_ago, partial(life_cycle.archive, server)),
    ]
    for minutes, happen in history:
        if minutes is not None:
            CLOCK.put_off(CLOCK.ago(minutes), happen, owner=server)
    try:
        CLOCK.settle()
    except ServiceException:
        CLOCK.forget(server)
        raise
