"""
The properties of a source server that matter for finalizing its cutover.

States stay strings in MGN's spelling, because AWS adds members to its enums.
An unknown state must reach the rules, which refuse it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

CUTTING_OVER = "CUTTING_OVER"
CUTOVER = "CUTOVER"
DISCONNECTED = "DISCONNECTED"
SNAPSHOT_SHIPPING = "SNAPSHOT_SHIPPING"


@dataclass(frozen=True, slots=True, kw_only=True)
class MgnCheck:
    """
    One of MGN's own checks of a launched instance.

    Attributes:
        error: MGN's words about a failure; None if it returns none.
    """

    name: str
    status: str
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchedInstance:
    """
    The EC2 instance that MGN last launched for a source server, in a test or a cutover.

    Attributes:
        id: ``i-`` and hexadecimal digits; None if MGN returns none.

        job_id: The job that launched it.

        first_boot: ``firstBoot``; None if MGN does not return it.

        checks: ``lastKnownChecks``, and the FSx checks as one; names can repeat.

        is_on_fsx: Whether MGN shows a check of FSx storage.
    """

    id: str | None
    job_id: str | None
    first_boot: str | None
    checks: tuple[MgnCheck, ...] = ()
    is_on_fsx: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCutover:
    """
    ``lifeCycle.lastCutover``: when the last cutover was started, reverted and finalized.

    A time is None if MGN returns no readable time.

    Attributes:
        job_id: The launch job of the cutover.

        has_reverted: Whether MGN reports a reverted cutover, even without a readable time.

        has_finalized: Whether MGN reports a finalized cutover, even without a readable time.
    """

    job_id: str | None = None
    initiated_at: datetime | None = None
    reverted_at: datetime | None = None
    finalized_at: datetime | None = None
    has_reverted: bool = False
    has_finalized: bool = False

    @property
    def is_reverted(self) -> bool:
        """Whether it may be reverted since its start; AWS does not document whether a new launch clears the date."""
        if not self.has_reverted:
            return False
        return self.initiated_at is None or self.reverted_at is None or self.reverted_at >= self.initiated_at


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceServer:
    """
    A source server, with the properties that matter for finalizing its cutover.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_SourceServer.html

    Attributes:
        id: ``s-`` and 17 letters or digits.

        arn: Its ARN; None if MGN returns none.

        state: ``lifeCycle.state``.

        replication_state: ``dataReplicationInfo.dataReplicationState``.

        is_archived: None if MGN does not return it.

        tags: Sensitive in MGN's API model; used by the approval rule, never logged.

        last_cutover: None if no cutover was ever started.

        staged_bytes: ``totalStorageBytes`` of every replicated disk; all 0 after finalizing.

        lag_duration: ISO 8601; None after finalizing.

        last_seen_at: When the replication agent last contacted MGN.

        first_byte_at: When replication began: its staging disks are older, its launched instances are younger.

        replicated_for: ``elapsedReplicationDuration``; None after finalizing.

        replicator_id: ID of the replication server, an EC2 instance that other source servers may share.

        replication_type: ``AGENT_BASED`` or ``SNAPSHOT_SHIPPING``.

        application_id: ``app-`` and 17 letters or digits; None if it is in no application.

        hostname: Name of the source, as its agent knows it; None if it is unknown.

        document: MGN's response, as JSON values.
    """

    id: str
    arn: str | None
    state: str | None
    replication_state: str | None
    is_archived: bool | None
    launched_instance: LaunchedInstance | None
    last_cutover: LastCutover | None
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)
    staged_bytes: tuple[int, ...] = ()
    lag_duration: str | None = None
    last_seen_at: datetime | None = None
    first_byte_at: datetime | None = None
    replicated_for: timedelta | None = None
    replicator_id: str | None = None
    replication_type: str | None = None
    application_id: str | None = None
    hostname: str | None = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_finalized(self) -> bool:
        """Whether its cutover is finalized; both states are required, because each alone has other causes."""
        return self.state == CUTOVER and self.replication_state == DISCONNECTED

    @property
    def is_agentless(self) -> bool:
        """Whether it replicates without an agent, from VMware vCenter."""
        return self.replication_type == SNAPSHOT_SHIPPING

    @property
    def is_on_fsx(self) -> bool:
        """Whether its launched instance has storage on Amazon FSx for NetApp ONTAP, which EC2 does not list."""
        return self.launched_instance is not None and self.launched_instance.is_on_fsx

    @property
    def cutover_job_id(self) -> str | None:
        """ID of the last cutover's job; None if there never was one."""
        return self.last_cutover.job_id if self.last_cutover else None

    @property
    def instance_id(self) -> str | None:
        """ID of the launched instance; None without one."""
        return self.launched_instance.id if self.launched_instance else None

    @property
    def finalized_at(self) -> datetime | None:
        """When MGN finalized its cutover; None before that, or if MGN returns no readable time."""
        return self.last_cutover.finalized_at if self.last_cutover else None
