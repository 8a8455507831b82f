"""EBS volumes and snapshots through boto3: the port ``Volumes`` of the core."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from finalize_cutover.aws.batches import in_calls
from finalize_cutover.aws.json_fields import identifier, text, timestamp
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.acceptance.backup import Snapshot, Volume
from finalize_cutover.cutover.ports import Found

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

# A filter has at most 200 values.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
VALUES_PER_FILTER = 200
LISTED_PER_CALL = 500
MANAGED = "AWSApplicationMigrationServiceManaged"
# AWS Backup and Data Lifecycle Manager can copy MGN's tag from the volume; nobody else can set tags with this prefix.
OF_BACKUPS = ("aws:backup:", "aws:dlm:")


class AwsVolumes:
    """
    EBS volumes and their snapshots in one account and Region.

    Args:
        client: Returns the boto3 client.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], EC2Client]", *, limit: TimeLimit) -> None:
        self._client = client
        self._limit = limit

    def volumes(self, instance_ids: Collection[str]) -> Found[tuple[Volume, ...]]:
        """Return the attached volumes by instance ID; an instance without one is absent."""
        attached = in_calls(
            instance_ids, self._attached, operation="ec2:DescribeVolumes", limit=self._limit, size=VALUES_PER_FILTER
        )
        volume_ids = {volume_id for ids in attached.items.values() for volume_id in ids}
        snapshots = in_calls(
            volume_ids, self._snapshots, operation="ec2:DescribeSnapshots", limit=self._limit, size=VALUES_PER_FILTER
        )
        unread = {
            instance_id: snapshots.errors[volume_id]
            for instance_id, ids in attached.items.items()
            for volume_id in ids
            if volume_id in snapshots.errors
        }
        volumes = {
            instance_id: tuple(Volume(id=id_, snapshots=snapshots.items.get(id_, ())) for id_ in ids)
            for instance_id, ids in attached.items.items()
            if instance_id not in unread
        }
        return Found(items=volumes, errors={**attached.errors, **unread})

    def _attached(self, instance_ids: list[str]) -> Mapping[str, list[str]]:
        volumes = self._listed("describe_volumes", "Volumes", "attachment.instance-id", instance_ids)
        found: defaultdict[str, list[str]] = defaultdict(list)
        for volume in volumes:
            for attachment in volume["Attachments"]:
                found[identifier(attachment, "InstanceId")].append(identifier(volume, "VolumeId"))
        return found

    def _snapshots(self, volume_ids: list[str]) -> Mapping[str, tuple[Snapshot, ...]]:
        found: defaultdict[str, list[Snapshot]] = defaultdict(list)
        for item in self._listed("describe_snapshots", "Snapshots", "volume-id", volume_ids, OwnerIds=["self"]):
            found[identifier(item, "VolumeId")].append(_snapshot(item))
        return {volume_id: tuple(snapshots) for volume_id, snapshots in found.items()}

    def _listed(self, method: str, member: str, name: str, values: list[str], **request: Any) -> list[Any]:
        paginator: Any = self._client().get_paginator(method)  # type: ignore[call-overload]  # a name, not a literal
        filters = [{"Name": name, "Values": values}]
        pages = paginator.paginate(Filters=filters, **request, PaginationConfig={"PageSize": LISTED_PER_CALL})
        return [item for page in pages for item in page[member]]


def _snapshot(item: Mapping[str, Any]) -> Snapshot:
    keys = [identifier(tag, "Key") for tag in item.get("Tags") or []]
    return Snapshot(
        id=identifier(item, "SnapshotId"),
        state=text(item, "State"),
        started_at=timestamp(item, "StartTime"),
        is_of_mgn=MANAGED in keys and not any(key.startswith(OF_BACKUPS) for key in keys),
    )
