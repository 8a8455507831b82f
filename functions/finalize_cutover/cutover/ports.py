"""What the core needs from the world, as verbs; the rooms at the edge implement it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from finalize_cutover.cutover.staging_resource import StagingResource

from .errors import CutoverError
from .evidence import CutoverJob, InstanceStatus, JobEvent
from .report import Report
from .source_server import SourceServer

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[T]):
    """
    What a service listed.

    One item that cannot be read spoils no other.

    Attributes:
        items: ``{ID: item}``; IDs that the service does not list are absent.

        errors: ``{ID: why that item could not be read}``.

        unnamed: How many items could not be read so far as to know their ID.
    """

    items: Mapping[str, T]
    errors: Mapping[str, CutoverError] = field(default_factory=dict)
    unnamed: int = 0


class SourceServers(Protocol):
    """
    The source servers of one account and Region.

    Every method raises MgnUnavailableError when asking again is safe, UninitializedAccountError
    when MGN was never set up, and MgnRefusedError when asking again does not help.
    """

    def describe(self, server_ids: Collection[str], *, within: timedelta | None = None) -> Found[SourceServer]:
        """Return those of *server_ids* that MGN lists; *within* is the longest that it may take."""

    def in_state(self, state: str, *, archived_too: bool = False) -> Found[SourceServer]:
        """Return every source server whose lifecycle state is *state*, archived ones only where asked for."""

    def finalize(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        """
        Finalize the cutover of *server_id*; this cannot be undone.  It is sent once, whatever comes of it.

        Args:
            server_id: Source server ID.

            before_send: Called when all is prepared and only sending is left; what it raises is raised, and then
                nothing is sent.

        Raises:
            SourceServerNotFoundError: MGN does not know it.

            ConflictError: Its state forbids it, or someone else is changing it.
        """

    def archive(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        """Mark *server_id* as archived; as ``finalize``."""


class Jobs(Protocol):
    """MGN's launch jobs; errors as those of ``SourceServers``."""

    def describe_jobs(self, job_ids: Collection[str]) -> Found[CutoverJob]:
        """Return those of *job_ids* that MGN lists."""

    def job_log(self, job_id: str) -> tuple[JobEvent, ...]:
        """Return the whole log of *job_id*, all its servers'."""


class Groups(Protocol):
    """MGN's applications and waves; errors as those of ``SourceServers``."""

    def applications(self, wave_id: str) -> list[str]:
        """Return the IDs of the applications of *wave_id*."""

    def servers_of(self, application_ids: Collection[str]) -> Found[SourceServer]:
        """Return every source server of *application_ids*."""


class Mgn(SourceServers, Jobs, Groups, Protocol):
    """MGN in one account and Region."""


class Instances(Protocol):
    """EC2 in one account and Region; errors as those of ``SourceServers``."""

    def statuses(self, instance_ids: Collection[str]) -> Found[InstanceStatus]:
        """Return the status of each of *instance_ids* that EC2 knows, stopped instances included."""


class StagingResources(Protocol):
    """What MGN made in EC2 in one account and Region; errors as those of ``SourceServers``."""

    def managed(self) -> tuple[StagingResource, ...]:
        """Return every volume, snapshot and instance that carries MGN's managed tag, of all source servers."""


class ResultPublisher(Protocol):
    """Who wants to hear what automation did."""

    def publish(self, reports: Collection[Report]) -> int:
        """Tell *reports*, without MGN's own answers; return how many were not taken.  Errors as those of ``Jobs``."""


class Clock(Protocol):
    """The time, and the passing of it."""

    def now(self) -> datetime:
        """Return the time, aware, UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""


class Stack(Protocol):
    """The CloudFormation stack that asked."""

    def status(self) -> str:
        """Return its status, empty where CloudFormation shows none; errors as those of ``Jobs``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The ports of one account and Region."""

    mgn: Mgn
    instances: Instances
    clock: Clock
