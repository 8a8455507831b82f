"""
MGN's replication resources in EC2, and their deletion.

The tags are partly inferred.  Volumes and snapshots have a tag with their source server; a replication server has none,
because several source servers can share it.
"""

from datetime import timedelta
from functools import partial

from moto.ec2.models import EC2Backend, ec2_backends

from local.clock import CLOCK

from . import instances
from .source_servers import SourceServer

NAME = "AWS Application Migration Service Replication Server"
DEVICES = [f"/dev/sd{letter}" for letter in "fghijklmnop"]
GIB = 1024**3
# Seeded source servers have replicated for two weeks.
AGE_IN_MINUTES = 14 * 24 * 60

# Times after FinalizeCutover, observed once in a real account.
SERVER_GONE = timedelta(minutes=13)
STORAGE_GONE = timedelta(minutes=33)


class Staging:
    """The staging area of one account and Region; *owner* is the backend that schedules the deletions."""

    def __init__(self, account: str, region: str, owner: object) -> None:
        self._account = account
        self._region = region
        self._owner = owner
        self._storage: dict[str, list[tuple[str, str]]] = {}
        self._users: dict[str, set[str]] = {}

    @property
    def _ec2(self) -> EC2Backend:
        return ec2_backends[self._account][self._region]

    def stage(self, server: SourceServer, *, shared_with: SourceServer | None) -> None:
        """Create a replication server for *server*, unless it shares one, and a volume and a snapshot for each disk."""
        replicator = shared_with.replication["replicatorId"] if shared_with else self._run_replication_server()
        server.replication["replicatorId"] = replicator
        self._users.setdefault(replicator, set()).add(server.id)
        used = len(self._ec2.get_instance(replicator).block_device_mapping)
        self._storage[server.id] = [
            self._stage_disk(server.id, disk["totalStorageBytes"], replicator, device)
            for disk, device in zip(server.replication["replicatedDisks"], DEVICES[used - 1 :], strict=False)
        ]

    def clear(self, server: SourceServer) -> None:
        """Schedule the deletion of the replication resources of *server*, except its leftovers."""
        if server.id not in self._storage:
            return
        self._put_off(SERVER_GONE, partial(self._leave_replication_server, server))
        self._put_off(STORAGE_GONE, partial(self._delete_storage, server))

    def _put_off(self, delay: timedelta, effect: partial[None]) -> None:
        CLOCK.put_off(CLOCK.now() + delay, effect, owner=self._owner)

    def _run_replication_server(self) -> str:
        tags = {**instances.MANAGED, "Name": NAME}
        return str(instances.run(self._account, self._region, tags, volume_tags=instances.MANAGED).id)

    def _stage_disk(self, server_id: str, size: int, replicator: str, device: str) -> tuple[str, str]:
        zone = f"{self._region}a"
        volume = self._ec2.create_volume(size=max(1, size // GIB), zone_name=zone, volume_type="gp3")
        snapshot = self._ec2.create_snapshot(volume.id, f"Created by MGN for {server_id}")
        volume.create_time = snapshot.start_time = CLOCK.outside(CLOCK.ago(AGE_IN_MINUTES)).replace(tzinfo=None)
        for resource in (volume, snapshot):
            resource.add_tags(instances.managed_by(server_id))
        self._ec2.attach_volume(volume.id, replicator, device)
        return volume.id, snapshot.id

    def _leave_replication_server(self, server: SourceServer) -> None:
        """Detach the volumes of *server*; terminate its replication server if no other source server uses it."""
        replicator = server.replication["replicatorId"]
        for volume_id, _ in self._storage[server.id]:
            self._detach(volume_id)
        self._users[replicator].discard(server.id)
        if not self._users[replicator] and "replication-server" not in server.leftovers:
            instances.terminate(self._account, self._region, replicator)

    def _detach(self, volume_id: str) -> None:
        volume = self._ec2.volumes.get(volume_id)
        if volume and volume.attachment:
            self._ec2.detach_volume(volume_id, volume.attachment.instance.id, volume.attachment.device)

    def _delete_storage(self, server: SourceServer) -> None:
        for volume_id, snapshot_id in self._storage.pop(server.id):
            if "volume" not in server.leftovers:
                self._ec2.volumes.pop(volume_id, None)
            if "snapshot" not in server.leftovers:
                self._ec2.snapshots.pop(snapshot_id, None)
