"""The evidence besides the source server itself: its cutover job, the job log and the health of its instance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .source_server import SourceServer


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLaunchAction:
    """
    One action that MGN ran on the launched instance.

    Attributes:
        status: ``executionStatus``; None before the action runs.

        must_succeed: ``mustSucceedForCutover``; None if MGN does not return it.  AWS does not document whether MGN
            refuses to finalize after such a failure.

        failure_reason: ``failureReason``; None if MGN does not return it.
    """

    name: str
    status: str | None
    must_succeed: bool | None
    failure_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """The launch of one source server by a job (``participatingServers[]``)."""

    status: str | None
    instance_id: str | None
    actions: tuple[PostLaunchAction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverJob:
    """
    The launch job of the last cutover.

    ``COMPLETED`` means that the job ended, not that it succeeded: check each launch.
    https://docs.aws.amazon.com/mgn/latest/APIReference/API_Job.html

    Attributes:
        ended_at: None if MGN returns no readable time.

        launches: ``{source server ID: launch}``.

        named_twice: IDs of the source servers that the job lists more than once, so that their launch is ambiguous.

        unreadable: IDs of the source servers whose entry in the job cannot be read.
    """

    id: str
    type: str | None
    initiated_by: str | None
    status: str | None
    ended_at: datetime | None = None
    launches: Mapping[str, Launch] = field(default_factory=dict)
    named_twice: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()

    @property
    def is_running(self) -> bool:
        """Whether the job can still launch instances."""
        return self.status in {"PENDING", "STARTED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """
    One line of a job's log.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_JobLog.html

    Attributes:
        server_id: The source server of the line; None if the line applies to the whole job.

        has_error: Whether the line carries a ``rawError``.

        logged_at: None if MGN returns no readable time.

        attempt: ``(attemptCount, maxAttemptsCount)``, each None if MGN does not return it.
    """

    event: str
    server_id: str | None = None
    has_error: bool = False
    logged_at: datetime | None = None
    attempt: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceStatus:
    """
    The EC2 status of an instance: its state, its status checks and its scheduled events.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html

    Attributes:
        attached_ebs: The attached EBS status check; None if EC2 does not return it.

        application: The application status; None if EC2 does not return it.

        scheduled_events: Codes of the scheduled events that are neither completed nor canceled.
    """

    state: str | None
    system: str | None
    instance: str | None
    attached_ebs: str | None = None
    application: str | None = None
    scheduled_events: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether the instance and its volumes still exist; EC2 lists a terminated instance for an hour."""
        return self.state in {"pending", "running", "stopping", "stopped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    Everything that was read about one source server before the decision.

    Attributes:
        read_at: When reading began; no part of the evidence is older.

        job: The last cutover's job; None if there is none, or MGN does not list it.

        log: Log of that job.

        instance: Status of the launched instance; None if there is none, EC2 does not list it, or it was not read.

        is_instance_read: Whether EC2 returned an answer about the launched instance.

        acceptance: ``{optional rule: what it read about this server}``; a rule that could not read is absent.
    """

    server: SourceServer
    read_at: datetime
    job: CutoverJob | None = None
    log: tuple[JobEvent, ...] = ()
    instance: InstanceStatus | None = None
    is_instance_read: bool = True
    acceptance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def launch(self) -> Launch | None:
        """The launch of this server by the cutover job; None if the job does not include it."""
        return self.job.launches.get(self.server.id) if self.job else None

    @property
    def is_launching(self) -> bool:
        """Whether the cutover job can still launch this server's instance."""
        if self.launch and self.launch.status in {"PENDING", "IN_PROGRESS"}:
            return True
        return self.job is not None and self.job.is_running
