"""
Waves and applications: how MGN groups source servers.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_ListWaves.html
"""

from collections.abc import Iterable
from dataclasses import dataclass

from local.clock import CLOCK

from .documents import Document, shown
from .source_servers import SourceServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of group: the member with its ID, what the ID begins with, and the resource in its ARN."""

    key: str
    prefix: str
    resource: str


APPLICATION = Kind(key="applicationID", prefix="app", resource="application")
WAVE = Kind(key="waveID", prefix="wave", resource="wave")


@dataclass(slots=True, kw_only=True)
class Group:
    """A wave or an application; *document* is as MGN answers it, less its aggregated status."""

    id: str
    document: Document

    @property
    def arn(self) -> str:
        return str(self.document["arn"])

    @property
    def tags(self) -> dict[str, str]:
        tags: dict[str, str] = self.document["tags"]
        return tags


def new(kind: Kind, identifier: str, arn: str, document: Document) -> Group:
    """Return a group with what *document* says, and made up what it does not."""
    made_up = {
        "name": identifier,
        "isArchived": False,
        "tags": {},
        "creationDateTime": CLOCK.now(),
        "lastModifiedDateTime": CLOCK.now(),
    }
    return Group(id=identifier, document={kind.key: identifier, "arn": arn, **made_up, **document})


def shown_application(group: Group, servers: Iterable[SourceServer]) -> Document:
    """Return the application as ListApplications would answer it now; *servers* are all there are."""
    members = [server for server in servers if server.document.get("applicationID") == group.id]
    status = _aggregated(members) | {"totalSourceServers": len(members)}
    document: Document = shown({**group.document, "applicationAggregatedStatus": status})
    return document


def shown_wave(wave: Group, applications: Iterable[Group], servers: Iterable[SourceServer]) -> Document:
    """Return the wave as ListWaves would answer it now; *applications* and *servers* are all there are."""
    inside = {group.id for group in applications if group.document.get("waveID") == wave.id}
    members = [server for server in servers if server.document.get("applicationID") in inside]
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
