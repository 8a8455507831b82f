"""
Find leftovers: replication resources that MGN should have deleted after finalizing.

The tag ``AWSApplicationMigrationServiceManaged`` proves nothing: the launched
production instance and its volumes also have it, and they have the tag with the
source server ID.  An uncertain resource is not reported as a leftover, because
a reader may delete what the report calls a leftover.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.source_server import DISCONNECTED, SourceServer
from finalize_cutover.cutover.staging_resource import StagingResource


@dataclass(frozen=True, slots=True)
class Leftovers:
    """
    The leftovers of one source server.

    Attributes:
        certain: Resources that should have been deleted.

        uncertain: Number of other volumes and snapshots with its tag: they may be production's, so they are not named.
    """

    certain: tuple[StagingResource, ...] = ()
    uncertain: int = 0


def replicators_in_use(found: Found[SourceServer]) -> set[str] | None:
    """Return the IDs of the replication servers of all servers that still replicate; None if a server is unreadable."""
    if found.errors or found.unnamed:
        return None
    return {s.replicator_id for s in found.items.values() if s.replicator_id and s.replication_state != DISCONNECTED}


def leftovers_of(server: SourceServer, resources: Collection[StagingResource], *, is_instance_there: bool) -> Leftovers:
    """
    Return those of *resources* that should have been deleted after finalizing *server*.

    Never certain: its launched instance, that instance's volumes and their snapshots, snapshots of an unknown volume,
    detached volumes that are younger than its replication, resources of a launch job or a backup, and a replication
    server that others may use.

    Args:
        is_instance_there: Whether the launched instance still exists.  Without it, its volumes cannot be distinguished
            from staged ones, so no volume or snapshot is certain.
    """
    found = {resource.id: resource for resource in resources}
    candidates = [r for r in found.values() if r.id != server.instance_id and not r.was_made_for_others]
    idle = [r for r in candidates if _is_idle_replicator(r, server, found)]
    if not is_instance_there:
        return Leftovers(certain=tuple(idle))
    staged = [r for r in candidates if r.server_ids == {server.id} and _is_staged(r, server, found)]
    unclear = [
        r for r in candidates if r.server_ids == {server.id} and r not in staged and _is_unclear(r, server, found)
    ]
    certain = {r.id for r in (*idle, *staged)}
    return Leftovers(certain=tuple(r for r in candidates if r.id in certain), uncertain=len(unclear))


def _is_idle_replicator(resource: StagingResource, server: SourceServer, found: Mapping[str, StagingResource]) -> bool:
    """Whether it is the replication server of *server*, with no sign that another server uses it."""
    is_its_own = resource.id == server.replicator_id or server.id in resource.server_ids
    # Checked first: an account may have thousands of resources, and the next step searches all of them.
    if resource.is_in_use or not (resource.is_replication_server and is_its_own):
        return False
    attached = [other for other in found.values() if resource.id in other.instance_ids]
    strangers = {id_ for user in (resource, *attached) for id_ in user.server_ids} - {server.id}
    # One volume without a source server ID is its own root volume; a second one may belong to another source server.
    nameless = [volume for volume in attached if not volume.server_ids]
    return not strangers and len(nameless) <= 1


def _is_staged(resource: StagingResource, server: SourceServer, found: Mapping[str, StagingResource]) -> bool:
    if resource.kind == "volume":
        return _is_staged_volume(resource, server, found)
    volume = found.get(resource.volume_id or "")
    is_of_staged = volume is not None and _is_staged_volume(volume, server, found)
    return resource.kind == "snapshot" and _is_taken_before(resource, server) and is_of_staged


def _is_taken_before(snapshot: StagingResource, server: SourceServer) -> bool:
    """Whether it was taken while MGN replicated; MGN takes no snapshots afterwards, so a later one is a backup."""
    return server.finalized_at is None or snapshot.created_at <= server.finalized_at


def _is_staged_volume(volume: StagingResource, server: SourceServer, found: Mapping[str, StagingResource]) -> bool:
    """Whether it is used for replication, and is not a current or former volume of a launched instance."""
    if not volume.instance_ids:
        # MGN creates the staging disks before it replicates the first byte, and launches instances only after that.
        return server.first_byte_at is not None and volume.created_at < server.first_byte_at
    users = [found.get(instance_id) for instance_id in volume.instance_ids]
    is_in_use = server.instance_id in volume.instance_ids  # regardless of its Name tag
    is_for_replication = all(user is not None and user.is_replication_server for user in users)
    return _is_older_than_launch(volume, server) and is_for_replication and not is_in_use


def _is_older_than_launch(volume: StagingResource, server: SourceServer) -> bool:
    initiated_at = server.last_cutover.initiated_at if server.last_cutover else None
    return initiated_at is None or volume.created_at < initiated_at


def _is_unclear(resource: StagingResource, server: SourceServer, found: Mapping[str, StagingResource]) -> bool:
    """Whether it can be a staging disk, or a snapshot of one, that is no longer in use."""
    if resource.kind == "volume":
        return not resource.instance_ids and _is_older_than_launch(resource, server)
    volume = found.get(resource.volume_id or "")
    is_unknown = volume is None or _is_unclear(volume, server, found)
    return resource.kind == "snapshot" and _is_taken_before(resource, server) and is_unknown
