"""
Volumes and snapshots: pages, owners, and how to add them to a launched instance.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
"""

from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidParameterCombination
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import Snapshot, Volume
from moto.ec2.models.instances import Instance
from moto.ec2.responses import EC2Response

from local.clock import CLOCK
from local.ec2.pages import page_of
from local.mgn.instances import MANAGED
from local.mgn.staging import DEVICES

SMALLEST_PAGE = 5
LARGEST_PAGE = 1000
ALL = 10**9
STATES = ("pending", "completed", "error", "recoverable", "recovering")


def describe_volumes(self: EC2Response) -> ActionResult:
    """Return the volumes in the order of their IDs; all of them without ``MaxResults``."""
    ids = self._get_param("VolumeIds", [])
    _check_page(self, "VolumeIds", ids)
    found = self.ec2_backend.describe_volumes(volume_ids=ids, filters=self._filters_from_querystring())
    return _page(self, "Volumes", found)


def describe_snapshots(self: EC2Response) -> ActionResult:
    """Return the snapshots of the owners in the order of their IDs; all of them without ``MaxResults``."""
    ids = self._get_param("SnapshotIds", [])
    _check_page(self, "SnapshotIds", ids)
    found = self.ec2_backend.describe_snapshots(snapshot_ids=ids, filters=self._filters_from_querystring())
    owners = {self.current_account if owner == "self" else owner for owner in self._get_param("OwnerIds", [])}
    return _page(self, "Snapshots", [one for one in found if not owners or one.owner_id in owners])


def _check_page(request: EC2Response, name: str, ids: list[str]) -> None:
    if ids and request._get_param("MaxResults"):  # noqa: SLF001 # moto's own operations use it
        raise InvalidParameterCombination(f"The parameter {name} cannot be used with the parameter MaxResults.")


def _page(request: EC2Response, member: str, found: list[Any]) -> ActionResult:
    items = {item.id: item for item in found}
    chosen, token = page_of(request, items, smallest=SMALLEST_PAGE, largest=LARGEST_PAGE, default=ALL)
    return ActionResult({member: chosen, "NextToken": token})


def add_volume(instance: Instance, options: Mapping[str, Any]) -> str:
    """
    Attach another volume to *instance*; return its ID.

    Args:
        options: ``size`` in GiB; ``device``, or the next free one.
    """
    backend: EC2Backend = instance.ec2_backend
    free = (name for name in DEVICES if name not in instance.block_device_mapping)
    volume = backend.create_volume(size=options.get("size", 8), zone_name=str(instance.availability_zone))
    backend.attach_volume(volume.id, instance.id, options.get("device") or next(free))
    return volume.id


def add_snapshots(instance: Instance, options: Mapping[str, Any]) -> list[str]:
    """
    Add a snapshot of each volume that is attached to *instance*; return their IDs.

    Args:
        options: ``volumeID``, to snapshot only this volume; ``state``; ``minutesAgo``, when it started; ``isManaged``,
            whether it has MGN's tag; ``owner``, the account it belongs to.

    Raises:
        ValueError: An option is unknown or has an unknown value.
    """
    if unknown := options.keys() - {"volumeID", "state", "minutesAgo", "isManaged", "owner"}:
        raise ValueError(f"Unknown members of a snapshot: {', '.join(sorted(unknown))}.")
    if options.get("state", "completed") not in STATES:
        raise ValueError(f"The state is {options['state']!r}; allowed: {', '.join(STATES)}.")
    volumes = [volume for volume in attached(instance) if options.get("volumeID") in {None, volume.id}]
    if not volumes:
        raise ValueError(f"Instance {instance.id} has no volume {options.get('volumeID', 'at all')}.")
    return [_add_snapshot(volume, options).id for volume in volumes]


def attached(instance: Instance) -> list[Volume]:
    """Return the volumes that are attached to *instance*."""
    volumes: dict[str, Volume] = instance.ec2_backend.volumes
    found = (volumes.get(device.volume_id) for device in instance.block_device_mapping.values())
    return [volume for volume in found if volume]


def _add_snapshot(volume: Volume, options: Mapping[str, Any]) -> Snapshot:
    snapshot: Snapshot = volume.ec2_backend.create_snapshot(volume.id, "A backup", owner_id=options.get("owner"))
    snapshot.status = options.get("state", "completed")
    snapshot.start_time = CLOCK.outside(CLOCK.ago(options.get("minutesAgo", 0))).replace(tzinfo=None)
    if options.get("isManaged"):
        snapshot.add_tags(MANAGED)
    return snapshot
