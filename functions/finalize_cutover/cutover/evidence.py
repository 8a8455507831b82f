"""What is read beside the source server itself: its cutover job, that job's log, its instance's health."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .source_server import SourceServer


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLaunchAction:
    """
    One action that MGN ran on the launched instance.

    Attributes:
        status: ``executionStatus``; None before it ran.

        must_succeed: ``mustSucceedForCutover``; None where MGN does not say.  Whether MGN itself then refuses to
            finalize is not documented.
    """

    name: str
    status: str | None
    must_succeed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What a job did for one source server (``participatingServers[]``)."""

    status: str | None
    instance_id: str | None
    actions: tuple[PostLaunchAction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverJob:
    """
    The job that the last cutover started.

    ``COMPLETED`` says that it ended, not that it worked: look at each launch.
    https://docs.aws.amazon.com/mgn/latest/APIReference/API_Job.html

    Attributes:
        ended_at: None where MGN does not say, or says it in a way that cannot be read.

        launches: ``{source server ID: what the job did for it}``.

        named_twice: IDs of the source servers that the job names more than once, so that it is not known what it did
            for them.

        unreadable: IDs of the source servers about which the job says what cannot be read.
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
        """Whether it may still launch something."""
        return self.status in {"PENDING", "STARTED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """
    One line of a job's log.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_JobLog.html

    Attributes:
        server_id: The source server that it concerns; None where it concerns the whole job.

        has_error: Whether the line carries a ``rawError``.

        attempt: ``(attemptCount, maxAttemptsCount)``, each None where MGN does not say.
    """

    event: str
    server_id: str | None = None
    has_error: bool = False
    attempt: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceStatus:
    """
    EC2's view of an instance: its state, and the system and instance status checks.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
    """

    state: str | None
    system: str | None
    instance: str | None

    @property
    def exists(self) -> bool:
        """Whether the instance and its volumes are still there: EC2 lists a terminated one for an hour."""
        return self.state in {"pending", "running", "stopping", "stopped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    All that was read about one source server before deciding.

    Attributes:
        read_at: When reading began: nothing that is here is older.

        job: The last cutover's job; None if there is none, or MGN does not list it.

        log: That job's log.

        instance: Health of the launched instance; None if there is none, EC2 does not know it, or it was not asked.
    """

    server: SourceServer
    read_at: datetime
    job: CutoverJob | None = None
    log: tuple[JobEvent, ...] = ()
    instance: InstanceStatus | None = None

    @property
    def launch(self) -> Launch | None:
        """What the cutover job did for this server; None if it took no part."""
        return self.job.launches.get(self.server.id) if self.job else None

    @property
    def is_launching(self) -> bool:
        """Whether the cutover job may still launch this server's instance."""
        if self.launch and self.launch.status in {"PENDING", "IN_PROGRESS"}:
            return True
        return self.job is not None and self.job.is_running
