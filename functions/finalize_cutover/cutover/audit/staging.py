"""
Find leftovers: replication resources that MGN should have deleted after finalizing.

The tag ``AWSApplicationMigrationServiceManaged`` proves nothing: the launched
production instance and its volumes also have it, and they have the tag with the
source server ID.  An uncertain resource is not reported as a leftover, because
a reader may delete what the report calls a leftover.
"""

from collections.abc import Collection, Mapping

from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.staging_resource import StagingResource


def leftovers_of(
    server: SourceServer, resources: Collection[StagingResource], *, is_instance_there: bool
) -> tuple[StagingResource, ...]:
    """
    Return those of *resources* that should have been deleted after finalizing *server*.

    Never returned: its launched instance, that instance's volumes and their snapshots, resources of a launch job
    or a backup, and a replication server that others may use.

    Args:
        is_instance_there: Whether the launched instance still exists.  Without it, its volumes cannot be distinguished
            from staged ones, so no volume or snapshot is returned.
    """
    found = {resource.id: resource for resource in resources}
    return tuple(
        resource
        for resource in found.values()
        if resource.id != server.instance_id
        and not resource.was_made_for_others
        and (
            _is_idle_replicator(resource, server, found) or (is_instance_there and _is_staged(resource, server, found))
        )
    )


def _is_idle_replicator(resource: StagingResource, server: SourceServer, found: Mapping[str, StagingResource]) -> bool:
    """Whether it is the replication server of *server*, with no sign that another server uses it."""
    is_its_own = resource.id == server.replicator_id or server.id in resource.server_ids
    # Checked first: an account may have thousands of resources, and the next step searches all of them.
    if not (resource.is_replication_server and is_its_own):
        return False
    attached = [other for other in found.values() if resource.id in other.instance_ids]
    strangers = {id_ for user in (resource, *attached) for id_ in user.server_ids} - {server.id}
    # One volume without a source server ID is its own root volume; a second one may belong to another source server.
    nameless = [volume for volume in attached if not volume.server_ids]
    return not strangers and len(nameless) <= 1


def _is_staged(resource: StagingResource, server: SourceServer, found: Mapping[str, StagingResource]) -> bool:
    if resource.server_ids != {server.id}:
        return False
    if resource.kind == "volume":
        return _is_staged_volume(resource, server, found)
    volume = found.get(resource.volume_id or "")
    # MGN takes no snapshots after replication has stopped: a later one is a backup.
    taken_before = server.finalized_at is None or resource.created_at <= server.finalized_at
    is_of_staged = volume is None or _is_staged_volume(volume, server, found)
    return resource.kind == "snapshot" and taken_before and is_of_staged


def _is_staged_volume(volume: StagingResource, server: SourceServer, found: Mapping[str, StagingResource]) -> bool:
    """Whether it is used for replication, and is not a current or former volume of the launched instance."""
    initiated_at = server.last_cutover.initiated_at if server.last_cutover else None
    # A volume that is newer than the launch may be a detached production volume.
    is_older = initiated_at is None or volume.created_at < initiated_at
    users = [found.get(instance_id) for instance_id in volume.instance_ids]
    is_in_use = server.instance_id in volume.instance_ids  # regardless of its Name tag
    return is_older and not is_in_use and all(user is not None and user.is_replication_server for user in users)
