"""What MGN made in EC2, as it is read: volumes, snapshots and instances that carry MGN's managed tag."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# Tags that name the source server.  Which of them MGN puts on staging resources is not documented; these were seen.
SERVER_TAGS = (
    "AWSApplicationMigrationServiceSourceServerID",
    "AwsApplicationMigrationService-SourceServerID",
    "mgn.amazonaws.com-source-server",
)
# Only what a job launched carries this: a test or cutover instance.
JOB_TAG = "mgn.amazonaws.com-job"
# AWS Backup and Data Lifecycle Manager copy a volume's tags to its snapshots, and add their own.
BACKUP_TAGS = ("aws:backup:", "aws:dlm:")
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

    @property
    def server_ids(self) -> set[str]:
        """IDs of the source servers that its tags name."""
        return {self.tags[key] for key in SERVER_TAGS if key in self.tags}

    @property
    def is_replication_server(self) -> bool:
        """Whether it is an instance that MGN replicates with, by the name that MGN gives it."""
        return self.kind == "instance" and self.tags.get("Name") == REPLICATION_SERVER_NAME

    @property
    def was_made_for_others(self) -> bool:
        """Whether a job launched it, or a backup made it."""
        return any(key == JOB_TAG or key.startswith(BACKUP_TAGS) for key in self.tags)
