"""MGN's resources in EC2 for a source server, and the launched instance, with the tags that were observed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.staging_resource import REPLICATION_SERVER_NAME, StagingResource
from tests.unit.builders import INITIATED_AT, INSTANCE, JOB, NOW, SERVER, ready

MANAGED = {"AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com"}
SERVER_TAG = "AWSApplicationMigrationServiceSourceServerID"
JOB_TAGS = {"mgn.amazonaws.com-job": JOB, "mgn.amazonaws.com-source-server": SERVER}

REPLICATOR = "i-0aaaaaaaaaaaaaaaa"
STAGED_VOLUME = "vol-0aaaaaaaaaaaaaaaa"
STAGED_SNAPSHOT = "snap-0aaaaaaaaaaaaaaaa"
PRODUCTION_VOLUME = "vol-0bbbbbbbbbbbbbbbb"
# Two weeks ago, the staging disks were created, and replication began; the instance was launched after the request.
STAGED_AT = NOW - timedelta(days=14)
PRODUCED_AT = INITIATED_AT + timedelta(minutes=6)
FIRST_BYTE_AT = STAGED_AT + timedelta(minutes=12)
FINALIZED_AT = NOW - timedelta(minutes=90)


def of(server_id: str) -> dict[str, str]:
    """Return the tags of MGN's resources for one source server."""
    return {**MANAGED, SERVER_TAG: server_id}


def staged_volume(resource_id: str = STAGED_VOLUME, **differences: Any) -> StagingResource:
    """Return a replication volume that is detached because its replication server is gone."""
    usual = {"class_name": "gp3", "created_at": STAGED_AT, "size_gib": 16, "tags": of(SERVER)}
    return StagingResource(kind="volume", id=resource_id, **{**usual, **differences})


def staged_snapshot(resource_id: str = STAGED_SNAPSHOT, **differences: Any) -> StagingResource:
    """Return a snapshot of the replication."""
    usual = {"class_name": "standard", "created_at": STAGED_AT, "size_gib": 16, "tags": of(SERVER)}
    return StagingResource(kind="snapshot", id=resource_id, **{**usual, "volume_id": STAGED_VOLUME, **differences})


def replication_server(resource_id: str = REPLICATOR, **differences: Any) -> StagingResource:
    """Return a replication server; its tags name no source server."""
    tags = {**MANAGED, "Name": REPLICATION_SERVER_NAME}
    usual = {"class_name": "t3.small", "created_at": STAGED_AT, "tags": tags}
    return StagingResource(kind="instance", id=resource_id, **{**usual, **differences})


def root_volume(instance_id: str = REPLICATOR) -> StagingResource:
    """Return the root volume of a replication server; its tags name no source server."""
    return staged_volume("vol-0ccccccccccccccc0", instance_ids=(instance_id,), tags=MANAGED)


def launched_instance(**differences: Any) -> StagingResource:
    """Return the cutover instance, which is production."""
    tags = {**of(SERVER), **JOB_TAGS, "Name": "web-1"}
    usual = {"class_name": "m5.large", "created_at": PRODUCED_AT, "tags": tags}
    return StagingResource(kind="instance", id=INSTANCE, **{**usual, **differences})


def production_volume(resource_id: str = PRODUCTION_VOLUME, **differences: Any) -> StagingResource:
    """Return a volume of the cutover instance."""
    return staged_volume(resource_id, **{"created_at": PRODUCED_AT, "instance_ids": (INSTANCE,), **differences})


def production() -> tuple[StagingResource, ...]:
    """Return the cutover instance, its volume, and a backup of the volume."""
    backup = staged_snapshot("snap-0bbbbbbbbbbbbbbbb", created_at=NOW, volume_id=PRODUCTION_VOLUME)
    return launched_instance(), production_volume(), backup


def audited(server_id: str = SERVER, *, minutes_ago: float = 90, **differences: Any) -> Evidence:
    """
    Return a source server that was finalized *minutes_ago* and cleaned up completely, changed by *differences*.

    Args:
        differences: Fields of the source server.
    """
    at = NOW - timedelta(minutes=minutes_ago)
    evidence = ready(server_id, state="CUTOVER", replication_state="DISCONNECTED", staged_bytes=(0, 0), finalized_at=at)
    usual = {"last_seen_at": at, "first_byte_at": FIRST_BYTE_AT, "replicator_id": REPLICATOR}
    server = replace(evidence.server, **{**usual, **differences})
    return replace(evidence, server=server)


class FakeStaging:
    """
    The staging area of one account.

    Attributes:
        asked: Number of times that the resources were listed.
    """

    def __init__(self, *resources: StagingResource, error: CutoverError | None = None) -> None:
        self.resources: Collection[StagingResource] = resources
        self.asked = 0
        self._error = error

    def managed(self) -> tuple[StagingResource, ...]:
        self.asked += 1
        if self._error:
            raise self._error
        return tuple(self.resources)
