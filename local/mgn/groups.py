"""
MGN's groups of source servers: waves and applications.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_ListWaves.html
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from local.clock import CLOCK

from .documents import Document, shown
from .exceptions import ConflictException, ResourceNotFoundException
from .identifiers import new_id
from .source_servers import SourceServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    A kind of group.

    Attributes:
        key: The name of its ID member.

        prefix: The prefix of the ID.

        resource: The resource type in its ARN.

        name: Its name in operations and errors.
    """

    key: str
    prefix: str
    resource: str
    name: str


APPLICATION = Kind(key="applicationID", prefix="app", resource="application", name="Application")
WAVE = Kind(key="waveID", prefix="wave", resource="wave", name="Wave")


@dataclass(slots=True, kw_only=True)
class Group:
    """A wave or an application; *document* is MGN's object without the aggregated status."""

    id: str
    document: Document

    @property
    def arn(self) -> str:
        return str(self.document["arn"])

    @property
    def tags(self) -> dict[str, str]:
        tags: dict[str, str] = self.document["tags"]
        return tags


class Groups:
    """
    The waves and applications of one account and Region.

    Attributes:
        applications: ``{ID: application}``.

        waves: ``{ID: wave}``.
    """

    def __init__(self) -> None:
        self.applications: dict[str, Group] = {}
        self.waves: dict[str, Group] = {}

    def add(self, kind: Kind, document: Document, arn: Callable[[str, str], str]) -> Group:
        """Add a group; members not in *document* get default values.  *arn* builds an ARN from resource type and ID."""
        identifier = document.get(kind.key) or new_id(kind.prefix)
        made_up: Document = {
            "name": identifier,
            "isArchived": False,
            "tags": {},
            "creationDateTime": CLOCK.now(),
            "lastModifiedDateTime": CLOCK.now(),
        }
        full = {kind.key: identifier, "arn": arn(kind.resource, identifier), **made_up, **document}
        group = Group(id=identifier, document=full)
        (self.waves if kind is WAVE else self.applications)[identifier] = group
        return group

    def archive_application(self, identifier: str, servers: Iterable[SourceServer]) -> Document:
        """
        Archive an application; *servers* are all source servers.  Archiving it again has no effect.

        https://docs.aws.amazon.com/mgn/latest/APIReference/API_ArchiveApplication.html

        Raises:
            ResourceNotFoundException: It does not exist.

            ConflictException: A source server of it is not archived.  Inferred: AWS documents neither the cause nor the
                text.
        """
        members = _by_application(servers).get(identifier, [])
        group = _found(APPLICATION, self.applications, identifier)
        _archive(APPLICATION, group, [server.document for server in members])
        return _shown_application(group, members)

    def archive_wave(self, identifier: str, servers: Iterable[SourceServer]) -> Document:
        """Archive a wave; as for an application, its applications must be archived."""
        wave = _found(WAVE, self.waves, identifier)
        inside = [group for group in self.applications.values() if group.document.get("waveID") == identifier]
        _archive(WAVE, wave, [group.document for group in inside])
        return _shown_wave(wave, [group.id for group in inside], _by_application(servers))

    def shown_applications(self, servers: Iterable[SourceServer]) -> list[Document]:
        """Return the applications in the format of ListApplications; *servers* are all source servers."""
        by_application = _by_application(servers)
        return [_shown_application(group, by_application.get(group.id, [])) for group in self.applications.values()]

    def shown_waves(self, servers: Iterable[SourceServer]) -> list[Document]:
        """Return the waves in the format of ListWaves; *servers* are all source servers."""
        by_application = _by_application(servers)
        inside: dict[str | None, list[str]] = {}
        for group in self.applications.values():
            inside.setdefault(group.document.get("waveID"), []).append(group.id)
        return [_shown_wave(wave, inside.get(wave.id, []), by_application) for wave in self.waves.values()]


def _found(kind: Kind, groups: Mapping[str, Group], identifier: str) -> Group:
    if identifier not in groups:
        raise ResourceNotFoundException(identifier, kind.name)
    return groups[identifier]


def _archive(kind: Kind, group: Group, members: list[Document]) -> None:
    """Archive *group*; *members* are the documents of what is in it."""
    if active := sum(not member["isArchived"] for member in members):
        message = f"Cannot Archive{kind.name} while {active} of {len(members)} members are not archived."
        raise ConflictException(message, group.id, kind.name)
    group.document |= {"isArchived": True, "lastModifiedDateTime": CLOCK.now()}


def _by_application(servers: Iterable[SourceServer]) -> dict[str | None, list[SourceServer]]:
    members: dict[str | None, list[SourceServer]] = {}
    for server in servers:
        members.setdefault(server.document.get("applicationID"), []).append(server)
    return members


def _shown_application(group: Group, members: list[SourceServer]) -> Document:
    status = _aggregated(members) | {"totalSourceServers": len(members)}
    document: Document = shown({**group.document, "applicationAggregatedStatus": status})
    return document


def _shown_wave(wave: Group, inside: list[str], by_application: dict[str | None, list[SourceServer]]) -> Document:
    members = [server for application in inside for server in by_application.get(application, [])]
    status = _aggregated(members) | {"totalApplications": len(inside)}
    document: Document = shown({**wave.document, "waveAggregatedStatus": status})
    return document


def _aggregated(members: list[SourceServer]) -> Document:
    done = sum(server.state == "CUTOVER" for server in members)
    progress = "NOT_STARTED" if not members else "COMPLETED" if done == len(members) else "IN_PROGRESS"
    stalled = any(server.replication.get("dataReplicationState") == "STALLED" for server in members)
    return {
        "lastUpdateDateTime": CLOCK.now(),
        "healthStatus": "LAGGING" if stalled else "HEALTHY",
        "progressStatus": progress,
    }
