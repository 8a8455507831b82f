"""The EC2 resources that have MGN's managed tag: volumes, snapshots and instances."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# Tags that contain the source server ID.  AWS does not document which of them staging resources have; these were seen.
SERVER_TAGS = (
    "AWSApplicationMigrationServiceSourceServerID",
    "AwsApplicationMigrationService-SourceServerID",
    "mgn.amazonaws.com-source-server",
)
# Only resources that a job launched have this tag: test and cutover instances.
JOB_TAG = "mgn.amazonaws.com-job"
# AWS Backup and Data Lifecycle Manager copy a volume's tags to its snapshots, and add their own.
BACKUP_TAGS = ("aws:backup:", "aws:dlm:")
REPLICATION_SERVER_NAME = "AWS Application Migration Service Replication Server"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagingResource:
    """
    A volume, snapshot or instance in EC2 that has MGN's managed tag.

    Attributes:
        kind: ``volume``, ``snapshot`` or ``instance``.

        class_name: Volume type, storage tier or instance type, which determines the price.

        size_gib: 0 for an instance.

        instance_ids: Instances that a volume is attached to.

        volume_id: Source volume of a snapshot.

        is_in_use: Whether a source server that still replicates names it as its replication server.
    """

    kind: str
    id: str
    class_name: str
    created_at: datetime
    size_gib: int = 0
    instance_ids: tuple[str, ...] = ()
    volume_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_in_use: bool = False

    @property
    def server_ids(self) -> set[str]:
        """IDs of the source servers in its tags."""
        return {self.tags[key] for key in SERVER_TAGS if key in self.tags}

    @property
    def is_replication_server(self) -> bool:
        """Whether it is one of MGN's replication servers, according to its Name tag."""
        return self.kind == "instance" and self.tags.get("Name") == REPLICATION_SERVER_NAME

    @property
    def was_made_for_others(self) -> bool:
        """Whether a launch job or a backup service created it."""
        return any(key == JOB_TAG or key.startswith(BACKUP_TAGS) for key in self.tags)
