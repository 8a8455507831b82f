"""MGN's replication resources in EC2, through boto3: the port ``StagingResources`` of the core."""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.staging_resource import StagingResource

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

T = TypeVar("T")

MANAGED = {"Name": "tag-key", "Values": ["AWSApplicationMigrationServiceManaged"]}
# EC2 recommends pagination: one response with everything may take longer than the read timeout.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
LISTED_PER_CALL = 500
# EC2 lists a terminated instance for an hour.
EXISTING = {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}


class AwsStagingResources:
    """
    EC2's volumes, snapshots and instances that have MGN's managed tag, in one account and Region.

    Args:
        client: Returns the boto3 client; called only when it is needed.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], EC2Client]", *, limit: TimeLimit) -> None:
        self._client = client
        self._limit = limit

    def managed(self) -> tuple[StagingResource, ...]:
        """
        Return all of them, for every source server.

        Raises:
            CutoverError: One of the lists, or one item, cannot be read.
        """
        instances = self._read("describe_instances", "Reservations", _instances, Filters=[MANAGED, EXISTING])
        volumes = self._read("describe_volumes", "Volumes", _volume, Filters=[MANAGED])
        snapshots = self._read("describe_snapshots", "Snapshots", _snapshot, Filters=[MANAGED], OwnerIds=["self"])
        return (*chain.from_iterable(instances), *volumes, *snapshots)

    def _read(self, method: str, member: str, read: Callable[[Any], T], **request: Any) -> list[T]:
        with translated(f"ec2:{''.join(word.capitalize() for word in method.split('_'))}"):
            paginator: Any = self._client().get_paginator(method)  # type: ignore[call-overload]  # a name, not a literal
            pages = paginator.paginate(**request, PaginationConfig={"PageSize": LISTED_PER_CALL})
            items = self._limit.run(lambda: [item for page in pages for item in page.get(member, [])])
            return [read(item) for item in items]


def _instances(reservation: Mapping[str, Any]) -> list[StagingResource]:
    return [_instance(item) for item in reservation["Instances"]]


def _instance(item: Mapping[str, Any]) -> StagingResource:
    return StagingResource(
        kind="instance",
        id=item["InstanceId"],
        class_name=item["InstanceType"],
        created_at=item["LaunchTime"],
        tags=_tags(item),
    )


def _volume(item: Mapping[str, Any]) -> StagingResource:
    return StagingResource(
        kind="volume",
        id=item["VolumeId"],
        class_name=item.get("VolumeType", "standard"),
        created_at=item["CreateTime"],
        size_gib=item["Size"],
        instance_ids=tuple(attachment["InstanceId"] for attachment in item.get("Attachments") or []),
        tags=_tags(item),
    )


def _snapshot(item: Mapping[str, Any]) -> StagingResource:
    return StagingResource(
        kind="snapshot",
        id=item["SnapshotId"],
        class_name=item.get("StorageTier", "standard"),
        created_at=item["StartTime"],
        size_gib=item["VolumeSize"],
        volume_id=item.get("VolumeId"),
        tags=_tags(item),
    )


def _tags(item: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags") or []}
