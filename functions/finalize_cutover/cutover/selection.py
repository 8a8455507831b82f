"""
Resolve the selection of a request: from a wave to its applications, from an application to its source servers.

MGN has no filter for the servers of a wave, and no operation that finalizes a wave.
"""

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.time_budget import READING, seconds_after

from .errors import CutoverError, EmptySelectionError, MgnUnavailableError
from .ports import Found
from .source_server import SourceServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The selection of a request: source servers, one application, or one wave."""

    server_ids: tuple[str, ...] = ()
    application_id: str | None = None
    wave_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Source servers that were just read, and when reading them began."""

    found: Found[SourceServer]
    read_at: datetime

    def serves(self, server_ids: Collection[str], *, now: datetime) -> bool:
        """Whether *server_ids* need no new read: all of them are here, and recent enough for a write."""
        return now - self.read_at < READING and self.found.items.keys() >= set(server_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """
    The selected source servers.

    Attributes:
        known: Source servers that the selection has read; None if it has read none.
    """

    server_ids: tuple[str, ...]
    known: Known | None = None

    def by_application(self) -> list[list[str]]:
        """Return the IDs in groups, one for each application; IDs of unknown applications are groups of one."""
        servers = self.known.found.items if self.known else {}
        groups: dict[str, list[str]] = {}
        for server_id in self.server_ids:
            server = servers.get(server_id)
            groups.setdefault((server.application_id if server else None) or server_id, []).append(server_id)
        return list(groups.values())


def select(selection: Selection, services: Services, *, wait_until: datetime | None = None) -> Selected:
    """
    Return the source servers of *selection*.

    For an application or a wave, archived servers are omitted unless they are finalized.  A request with ``archive``
    archives the servers that it finalized, and must return the same servers when it is sent again.

    Args:
        selection: The selection of a request.

        services: The ports of the account.

        wait_until: Until when faults that time cures are tried again; None does not wait.

    Raises:
        EmptySelectionError: The application or wave has no source server.

        CutoverError: MGN could not list them.
    """
    clock = services.clock
    for faults in itertools.count(1):
        try:
            return _listed(selection, services)
        except CutoverError as error:
            seconds = (wait_until - clock.now()).total_seconds() if wait_until else 0
            if not error.is_transient or seconds <= 0:
                raise
            clock.sleep(min(seconds_after(faults), seconds))
    raise AssertionError


def _listed(selection: Selection, services: Services) -> Selected:
    if selection.server_ids:
        return Selected(server_ids=selection.server_ids)
    name = selection.application_id or selection.wave_id
    read_at, mgn = services.clock.now(), services.mgn
    application_ids = [selection.application_id] if selection.application_id else mgn.applications(str(name))
    found: Found[SourceServer] = mgn.servers_of(application_ids) if application_ids else Found(items={})
    if found.unnamed:
        raise unreadable(found.unnamed, str(name))
    meant = [server.id for server in found.items.values() if server.is_finalized or not server.is_archived]
    if not (meant or found.errors):
        raise EmptySelectionError(f"MGN lists no source server of {name} that is not archived.")
    return Selected(server_ids=(*meant, *found.errors), known=Known(found=found, read_at=read_at))


def unreadable(count: int, name: str) -> MgnUnavailableError:
    """Return the error for *count* source servers of the application or wave *name* that MGN returns without an ID."""
    return MgnUnavailableError(f"MGN returned {count} unreadable source servers of {name}.", code="UnreadableAnswer")
