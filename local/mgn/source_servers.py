"""
One source server: MGN's document about it, and internal state.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_SourceServer.html
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from local.clock import CLOCK

from .documents import Document, duration, shown
from .launch_plans import LaunchPlan

# An agent reports every few seconds; assume that the last report is this old.
HEARTBEAT = timedelta(seconds=5)
# MGN takes snapshots every 10 minutes while the agent sends data.
SNAPSHOT_AGE = timedelta(minutes=8)


@dataclass(slots=True, kw_only=True)
class SourceServer:
    """
    A source server.

    Attributes:
        document: MGN's document, without the members that depend on the current time.

        plan: How its launches proceed; reverting a cutover resets it to success.

        agent_silent_from: When its agent stops reporting; None if no such time is known.

        agent_stays: Whether the agent never uninstalls itself.

        leftovers: Replication resources that MGN never deletes: ``volume``, ``snapshot``, ``replication-server``.
    """

    document: Document
    plan: LaunchPlan
    agent_silent_from: datetime | None = None
    agent_stays: bool = False
    leftovers: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return str(self.document["sourceServerID"])

    @property
    def arn(self) -> str:
        return str(self.document["arn"])

    @property
    def tags(self) -> dict[str, str]:
        tags: dict[str, str] = self.document["tags"]
        return tags

    @property
    def state(self) -> str:
        return str(self.document["lifeCycle"]["state"])

    @state.setter
    def state(self, state: str) -> None:
        self.document["lifeCycle"]["state"] = state

    @property
    def replication(self) -> Document:
        replication: Document = self.document["dataReplicationInfo"]
        return replication

    @property
    def is_disconnected(self) -> bool:
        return self.replication.get("dataReplicationState") == "DISCONNECTED"

    def shown(self) -> Document:
        """Return its document in the format of DescribeSourceServers, at the current time."""
        document: Document = shown(self.document)
        life_cycle = document["lifeCycle"]
        last_seen = CLOCK.now() - HEARTBEAT
        if self.agent_silent_from is not None:
            last_seen = min(last_seen, self.agent_silent_from)
        life_cycle.setdefault("lastSeenByServiceDateTime", CLOCK.shown(last_seen))
        document["dataReplicationInfo"].setdefault("lastSnapshotDateTime", CLOCK.shown(last_seen - SNAPSHOT_AGE))
        first_byte = self.document["lifeCycle"].get("firstByteDateTime")
        if isinstance(first_byte, datetime) and not self.is_disconnected:
            life_cycle.setdefault("elapsedReplicationDuration", duration(CLOCK.now() - first_byte))
        return document
