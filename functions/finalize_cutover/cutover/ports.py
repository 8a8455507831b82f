"""What the core needs from the world, as verbs; the rooms at the edge implement it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from .evidence import CutoverJob, InstanceStatus, JobEvent
from .report import Report
from .source_server import SourceServer
from .staging import StagingResource


class SourceServers(Protocol):
    """
    The source servers of one account and Region.

    Every method raises MgnUnavailableError when asking again is safe, UninitializedAccountError
    when MGN was never set up, and MgnRefusedError when asking again does not help.
    """

    def describe(self, server_ids: Collection[str]) -> Mapping[str, SourceServer]:
        """Return ``{ID: source server}``; IDs that MGN does not list are absent."""

    def in_state(self, state: str, *, archived_too: bool = False) -> tuple[SourceServer, ...]:
        """Return every source server whose lifecycle state is *state*, archived ones only where asked for."""

    def finalize(self, server_id: str) -> SourceServer:
        """
        Finalize the cutover of *server_id*; this cannot be undone.

        Raises:
            SourceServerNotFoundError: MGN does not know it.

            ConflictError: Its state forbids it, or someone else is changing it.
        """

    def archive(self, server_id: str) -> SourceServer:
        """Mark *server_id* as archived; errors as those of ``finalize``."""


class Jobs(Protocol):
    """MGN's launch jobs; errors as those of ``SourceServers``."""

    def describe_jobs(self, job_ids: Collection[str]) -> Mapping[str, CutoverJob]:
        """Return ``{ID: job}``; IDs that MGN does not list are absent."""

    def job_log(self, job_id: str) -> tuple[JobEvent, ...]:
        """Return the whole log of *job_id*, all its servers'."""


class Groups(Protocol):
    """MGN's applications and waves; errors as those of ``SourceServers``."""

    def applications(self, wave_id: str) -> list[str]:
        """Return the IDs of the applications of *wave_id*."""

    def servers_of(self, application_ids: Collection[str]) -> tuple[SourceServer, ...]:
        """Return every source server of *application_ids*."""


class Mgn(SourceServers, Jobs, Groups, Protocol):
    """MGN in one account and Region."""


class Instances(Protocol):
    """EC2 in one account and Region; errors as those of ``SourceServers``."""

    def statuses(self, instance_ids: Collection[str]) -> Mapping[str, InstanceStatus]:
        """Return ``{ID: status}``, stopped instances included; IDs that EC2 does not know are absent."""


class StagingResources(Protocol):
    """What MGN made in EC2 in one account and Region; errors as those of ``SourceServers``."""

    def managed(self) -> tuple[StagingResource, ...]:
        """Return every volume, snapshot and instance that carries MGN's managed tag, of all source servers."""


class Announcements(Protocol):
    """Who wants to hear what automation did."""

    def announce(self, reports: Collection[Report]) -> int:
        """Tell *reports*, without MGN's own answers; return how many were not taken.  Errors as those of ``Jobs``."""


class Clock(Protocol):
    """The time, and the passing of it."""

    def now(self) -> datetime:
        """Return the time, aware, UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""


class Mandate(Protocol):
    """Whoever asked, and may have changed their mind while we waited."""

    def confirm(self) -> None:
        """
        Return if the request is still wanted.

        Raises:
            WithdrawnError: It is not, or that cannot be found out.
        """
