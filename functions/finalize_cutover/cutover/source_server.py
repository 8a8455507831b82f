"""
What is read about a source server before its cutover may be finalized.

MGN's strings are kept as MGN spells them, because AWS adds members to its
enums: an unknown state must reach the rules, which refuse it, and not be lost
on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

CUTTING_OVER = "CUTTING_OVER"
CUTOVER = "CUTOVER"
DISCONNECTED = "DISCONNECTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchedInstance:
    """
    The EC2 instance that MGN launched last for a source server, by a test or a cutover.

    Attributes:
        id: ``i-`` and hexadecimal digits; None while MGN names none.

        job_id: The job that launched it.

        first_boot: ``firstBoot``; None where MGN does not say.

        checks: Name and status of each of ``lastKnownChecks``, and of the FSx checks; names may occur twice.
    """

    id: str | None
    job_id: str | None
    first_boot: str | None
    checks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCutover:
    """
    ``lifeCycle.lastCutover``: when the last cutover was started, undone and finalized.

    A time is None where MGN does not say, or says it in a way that cannot be read.

    Attributes:
        job_id: The job that was to launch the cutover instance.

        has_reverted: Whether MGN says that a cutover was undone, be it without a time that can be read.

        has_finalized: Likewise for finalized.
    """

    job_id: str | None = None
    initiated_at: datetime | None = None
    reverted_at: datetime | None = None
    finalized_at: datetime | None = None
    has_reverted: bool = False
    has_finalized: bool = False

    @property
    def is_reverted(self) -> bool:
        """Whether it may have been undone after it was started; MGN does not say if a new launch clears the date."""
        if not self.has_reverted:
            return False
        return self.initiated_at is None or self.reverted_at is None or self.reverted_at >= self.initiated_at


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceServer:
    """
    A source server, as far as finalizing its cutover is concerned.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_SourceServer.html

    Attributes:
        id: ``s-`` and 17 letters or digits.

        arn: Its ARN; None where MGN gives none.

        state: ``lifeCycle.state``.

        replication_state: ``dataReplicationInfo.dataReplicationState``.

        tags: Sensitive by MGN's model: read by the approval rule, never logged.

        last_cutover: None if no cutover was ever started.

        staged_bytes: ``totalStorageBytes`` of every replicated disk; all 0 after finalizing.

        lag_duration: ISO 8601; None after finalizing.

        last_seen_at: When MGN last heard of the replication agent.

        replicator_id: The EC2 instance that replicates; it may serve other servers too.

        document: MGN's own answer, as JSON.
    """

    id: str
    arn: str | None
    state: str | None
    replication_state: str | None
    is_archived: bool
    launched_instance: LaunchedInstance | None
    last_cutover: LastCutover | None
    tags: Mapping[str, str] = field(default_factory=dict, repr=False)
    staged_bytes: tuple[int, ...] = ()
    lag_duration: str | None = None
    last_seen_at: datetime | None = None
    replicator_id: str | None = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_finalized(self) -> bool:
        """Whether its cutover is final: both signs together, since each alone can be had in another way."""
        return self.state == CUTOVER and self.replication_state == DISCONNECTED

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
        """When MGN finalized its cutover, as MGN tells it; None before, or where MGN does not tell."""
        return self.last_cutover.finalized_at if self.last_cutover else None
