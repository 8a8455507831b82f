"""What has happened to a seeded source server: it happens now, each thing at its own time."""

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
    """What can be done to a source server, by MGN's calls."""

    def launch(self, servers: list[SourceServer], tags: dict[str, str], *, job_id: str | None) -> Job: ...
    def finalize_cutover(self, server_id: str) -> SourceServer: ...
    def disconnect_from_service(self, server_id: str) -> SourceServer: ...


def tell(service: Service, server: SourceServer, seed: Seed) -> None:
    """
    Let everything happen to *server* that the seed says has happened.

    Raises:
        ConflictException: It could not have happened; what was to come does not happen either.
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
