"""
What MGN keeps in EC2 while it replicates a source server, and which of it is a leftover afterwards.

The tag ``AWSApplicationMigrationServiceManaged`` proves nothing: it sits on the
launched production instance and its volumes as well, and so does the tag that
names the source server.  When in doubt, a resource is no leftover.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .source_server import SourceServer

# Tags that name the source server.  Which of them MGN puts on staging resources is not documented; these were seen.
SERVER_TAGS = (
    "AWSApplicationMigrationServiceSourceServerID",
    "AwsApplicationMigrationService-SourceServerID",
    "mgn.amazonaws.com-source-server",
)
# Only what a job launched carries this: a test or cutover instance.
JOB_TAG = "mgn.amazonaws.com-job"
REPLICATION_SERVER_NAME = "AWS Application Migration Service Replication Server"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagingResource:
    """
    A volume, snapshot or instance in EC2 that carries MGN's managed tag.

    Attributes:
        kind: ``volume``, ``snapshot`` or ``instance``.

        class_name: Volume type, storage tier or instance type: what the price depends on.

        size_gib: 0 for an instance.

        instance_ids: Instances that a volume is attached to.

        volume_id: The volume a snapshot was taken of.
    """

    kind: str
    id: str
    class_name: str
    created_at: datetime
    size_gib: int = 0
    instance_ids: tuple[str, ...] = ()
    volume_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)

    def names(self, server_id: str) -> bool:
        """Whether one of its tags names *server_id*."""
        return any(self.tags.get(key) == server_id for key in SERVER_TAGS)

    @property
    def is_replication_server(self) -> bool:
        """Whether it is an instance that MGN replicates with, by the name that MGN gives it."""
        return self.kind == "instance" and self.tags.get("Name") == REPLICATION_SERVER_NAME


def leftovers_of(server: SourceServer, resources: Collection[StagingResource]) -> tuple[StagingResource, ...]:
    """
    Return those of *resources* that should have been deleted after finalizing *server*.

    Never its launched instance, that instance's volumes and their snapshots, nor what any job launched.
    Where the launched instance is gone from *resources*, its volumes cannot be told from staged ones, and
    no volume or snapshot is called a leftover.
    """
    own = {resource.id: resource for resource in resources if resource.names(server.id)}
    production = _production(server, own.values())
    can_tell = server.instance_id in {resource.id for resource in resources}
    return tuple(
        resource
        for resource in own.values()
        if resource.id not in production
        and JOB_TAG not in resource.tags
        and (resource.is_replication_server or (can_tell and _is_staged(resource, server, own)))
    )


def _production(server: SourceServer, own: Collection[StagingResource]) -> set[str]:
    """Return the IDs of the launched instance, of its volumes and of their snapshots."""
    instance_id = server.instance_id
    volumes = {resource.id for resource in own if instance_id and instance_id in resource.instance_ids}
    snapshots = {resource.id for resource in own if resource.volume_id in volumes}
    return {instance_id or "", *volumes, *snapshots}


def _is_staged(resource: StagingResource, server: SourceServer, own: Mapping[str, StagingResource]) -> bool:
    if resource.kind == "volume":
        return all(id_ in own and own[id_].is_replication_server for id_ in resource.instance_ids)
    # MGN takes no snapshot once replication has stopped: a later one is somebody's backup.
    taken_before = server.finalized_at is None or resource.created_at <= server.finalized_at
    return resource.kind == "snapshot" and taken_before
