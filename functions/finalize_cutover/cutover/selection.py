"""
From what a request names to source servers: a wave's applications, an application's servers.

MGN has no filter for the servers of a wave, and no call that finalizes one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.time_budget import READING

from .errors import EmptySelectionError, MgnUnavailableError
from .ports import Found
from .source_server import SourceServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a request names: source servers, or else an application, or else a wave."""

    server_ids: tuple[str, ...] = ()
    application_id: str | None = None
    wave_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Source servers that were read a moment ago, and when reading them began."""

    found: Found[SourceServer]
    read_at: datetime

    def serves(self, server_ids: Collection[str], *, now: datetime) -> bool:
        """Whether *server_ids* need not be read again: all of them are here, and young enough to be acted on."""
        return now - self.read_at < READING and self.found.items.keys() >= set(server_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """
    What was selected.

    Attributes:
        known: What was read on the way; None where nothing was.
    """

    server_ids: tuple[str, ...]
    known: Known | None = None


def select(selection: Selection, services: Services) -> Selected:
    """
    Return the source servers that *selection* names; of an application or a wave, those that somebody still cares for.

    An archived one is left out, unless it is finalized: whoever archives what is finalized, as we do when asked to,
    must get the same answer when the request comes again.

    Raises:
        EmptySelectionError: The application or wave holds no source server.

        CutoverError: MGN could not be asked.
    """
    if selection.server_ids:
        return Selected(server_ids=selection.server_ids)
    name = selection.application_id or selection.wave_id
    read_at, mgn = services.clock.now(), services.mgn
    application_ids = [selection.application_id] if selection.application_id else mgn.applications(str(name))
    found: Found[SourceServer] = mgn.servers_of(application_ids) if application_ids else Found(items={})
    if found.unnamed:
        raise MgnUnavailableError(
            f"MGN lists {found.unnamed} source servers of {name} in a way that cannot be read.", code="UnreadableAnswer"
        )
    meant = [server.id for server in found.items.values() if server.is_finalized or not server.is_archived]
    if not (meant or found.errors):
        raise EmptySelectionError(f"MGN lists no source server of {name} that is not archived.")
    return Selected(server_ids=(*meant, *found.errors), known=Known(found=found, read_at=read_at))
