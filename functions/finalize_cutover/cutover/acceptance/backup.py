"""The rule ``backup``: the volumes of the launched instance, soon the only copy, have a snapshot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.readiness.finding import Finding, Verdict, blocks, passes, waits
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.source_server import SourceServer

from .per_instance import of_servers
from .rule import AcceptanceRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """
    An EBS snapshot of this account.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html

    Attributes:
        state: None if EC2 does not return it.

        started_at: When it was started, from which time its data is; None if EC2 does not return it.

        is_of_mgn: Whether MGN made it, for its own use; MGN deletes it.
    """

    id: str
    state: str | None
    started_at: datetime | None
    is_of_mgn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """An EBS volume that is attached to the launched instance, and its snapshots."""

    id: str
    snapshots: tuple[Snapshot, ...] = ()


class Volumes(Protocol):
    """EBS in one account and Region."""

    def volumes(self, instance_ids: Collection[str]) -> Found[tuple[Volume, ...]]:
        """Return the attached volumes by instance ID; an instance without one may be absent."""


class BackupRule(AcceptanceRule):
    """
    Require a completed snapshot of every attached EBS volume, started after the launch job ended.

    It does not matter who made it: a person, AWS Backup, or Data Lifecycle Manager.
    """

    name = "backup"
    hint = "Create a snapshot of each volume of the launched instance, for example with AWS Backup."

    def __init__(self, volumes: Volumes) -> None:
        self._volumes = volumes

    def read(self, servers: Collection[SourceServer]) -> Found[tuple[Volume, ...] | None]:
        """Return the volumes by source server ID; None without any."""
        return of_servers(servers, self._volumes.volumes)

    def judge(
        self, fact: tuple[Volume, ...] | None, evidence: Evidence, _policy: ReadinessPolicy, _now: datetime
    ) -> Finding:
        server, launched_at = evidence.server, evidence.job.ended_at if evidence.job else None
        if server.is_on_fsx:
            return blocks("its storage is on FSx, which this rule does not cover")
        if not fact:
            return blocks(f"EC2 lists no EBS volume of its instance {server.instance_id or '(none)'}")
        if launched_at is None:
            words = "it is unknown when its launch ended, so no snapshot is known to be newer"
            return waits(words) if evidence.is_launching else blocks(words)
        found = [_finding(volume, launched_at) for volume in fact]
        for verdict, make in ((Verdict.BLOCK, blocks), (Verdict.WAIT, waits)):
            if reasons := [finding.reason for finding in found if finding.verdict == verdict]:
                return make(", ".join(reasons))
        volumes = "every EBS volume" if len(fact) > 1 else f"volume {fact[0].id}"
        return passes(f"{volumes} has a snapshot; instance store volumes are not covered")


def _finding(volume: Volume, launched_at: datetime) -> Finding:
    made = [s for s in volume.snapshots if not s.is_of_mgn and s.started_at and s.started_at > launched_at]
    states = {snapshot.state for snapshot in made}
    if "completed" in states:
        return passes(f"volume {volume.id} has a snapshot")
    if not made:
        of_mgn = " (snapshots with MGN's tag do not count)" if any(s.is_of_mgn for s in volume.snapshots) else ""
        return waits(f"volume {volume.id} has no snapshot that was started after the launch{of_mgn}")
    shown = next((snapshot for snapshot in made if snapshot.state == "pending"), made[-1])
    words = f"snapshot {shown.id} of volume {volume.id} is {shown.state}"
    return waits(words) if shown.state == "pending" else blocks(words)
