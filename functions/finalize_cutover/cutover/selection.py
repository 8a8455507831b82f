"""
From what a request names to source servers: a wave's applications, an application's servers.

MGN has no filter for the servers of a wave, and no call that finalizes one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import EmptySelectionError
from .ports import Groups
from .source_server import SourceServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a request names: source servers, or else an application, or else a wave."""

    server_ids: tuple[str, ...] = ()
    application_id: str | None = None
    wave_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """
    What was selected.

    Attributes:
        known: ``{ID: source server}`` of those that were read on the way.
    """

    server_ids: tuple[str, ...]
    known: Mapping[str, SourceServer] = field(default_factory=dict)


def select(selection: Selection, groups: Groups) -> Selected:
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
    application_ids = [selection.application_id] if selection.application_id else groups.applications(str(name))
    servers = groups.servers_of(application_ids) if application_ids else ()
    found = {server.id: server for server in servers if server.is_finalized or not server.is_archived}
    if not found:
        raise EmptySelectionError(f"MGN lists no source server of {name} that is not archived.")
    return Selected(server_ids=tuple(found), known=found)
