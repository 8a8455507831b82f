"""The host name and the application of each source server, from whatever names them."""

from collections.abc import Iterator
from dataclasses import dataclass

from .documents import ServerReport
from .results import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What else is known about a source server ID; None if unknown."""

    hostname: str | None = None
    application_id: str | None = None


UNKNOWN = Name()


def names_of(results: Results) -> dict[str, Name]:
    """Return {source server ID: its name}; the latest one that is known counts."""
    names: dict[str, Name] = {}
    for server_id, name in _told(results):
        known = names.get(server_id, UNKNOWN)
        names[server_id] = Name(
            hostname=name.hostname or known.hostname, application_id=name.application_id or known.application_id
        )
    return names


def _told(results: Results) -> Iterator[tuple[str, Name]]:
    for audit in results.audits:
        yield audit.source_server_id, Name(hostname=audit.hostname)
    for said in results.said:
        if isinstance(said, ServerReport):
            yield said.source_server_id, Name(hostname=said.hostname, application_id=said.application_id)
    for subject in results.evidence.subjects():
        yield subject.source_server_id, Name(hostname=subject.hostname, application_id=subject.application_id)
