"""The ports: interfaces that the core needs; ``aws/`` and ``clock.py`` implement them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from finalize_cutover.cutover.staging_resource import StagingResource

from .errors import CutoverError
from .evidence import CutoverJob, InstanceStatus, JobEvent
from .groups import Group
from .kept_logs import KeptLogs
from .report import Report
from .source_server import SourceServer

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[T]):
    """
    The items that a service listed.

    An unreadable item does not affect the others.

    Attributes:
        items: ``{ID: item}``; IDs that the service does not list are absent.

        errors: ``{ID: error}`` of the items that could not be read.

        unnamed: Number of items whose ID could not be read.
    """

    items: Mapping[str, T]
    errors: Mapping[str, CutoverError] = field(default_factory=dict)
    unnamed: int = 0


class SourceServers(Protocol):
    """
    The source servers of one account and Region.

    Every method raises MgnUnavailableError if a retry is safe, UninitializedAccountError
    if MGN is not initialized, and MgnRefusedError if a retry does not help.
    """

    def describe(self, server_ids: Collection[str], *, within: timedelta | None = None) -> Found[SourceServer]:
        """Return those of *server_ids* that MGN lists; *within* is the maximum duration."""

    def in_state(self, state: str, *, archived_too: bool = False) -> Found[SourceServer]:
        """Return every source server in the lifecycle state *state*, archived servers only with *archived_too*."""

    def all_servers(self) -> Found[SourceServer]:
        """Return every source server that is not archived."""

    def finalize(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        """
        Finalize the cutover of *server_id*; this cannot be undone.  The request is sent at most once.

        Args:
            server_id: Source server ID.

            before_send: Called just before the request is sent.  If it raises, nothing is sent, and the error is
                raised here.

        Raises:
            SourceServerNotFoundError: MGN does not find it.

            ConflictError: Its state does not allow it, or another request is changing it.
        """

    def archive(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        """Mark *server_id* as archived; arguments and errors as for ``finalize``."""


class Jobs(Protocol):
    """MGN's launch jobs; same errors as ``SourceServers``."""

    def describe_jobs(self, job_ids: Collection[str]) -> Found[CutoverJob]:
        """Return those of *job_ids* that MGN lists."""

    def job_log(self, job_id: str) -> tuple[JobEvent, ...]:
        """Return the whole log of *job_id*, for all its servers."""


class Groups(Protocol):
    """MGN's applications and waves; same errors as ``SourceServers``."""

    def applications(self, wave_id: str) -> list[str]:
        """Return the IDs of the applications of *wave_id*."""

    def servers_of(self, application_ids: Collection[str], *, within: timedelta | None = None) -> Found[SourceServer]:
        """Return every source server of *application_ids*; *within* is the maximum duration."""

    def find_applications(self, application_ids: Collection[str]) -> Found[Group]:
        """Return those of *application_ids* that MGN lists, archived or not."""

    def applications_in(self, wave_ids: Collection[str]) -> Found[Group]:
        """Return every application of *wave_ids*, archived or not."""

    def find_waves(self, wave_ids: Collection[str]) -> Found[Group]:
        """Return those of *wave_ids* that MGN lists, archived or not."""

    def archive_application(self, application_id: str, *, before_send: Callable[[], None]) -> Group:
        """
        Archive an application; arguments as for ``finalize``.

        Raises:
            ConflictError: Its state does not allow it.

            MgnRefusedError: MGN does not find it, or refuses it for another reason.
        """

    def archive_wave(self, wave_id: str, *, before_send: Callable[[], None]) -> Group:
        """Archive a wave; arguments and errors as for ``archive_application``."""


class ManagedAccounts(Protocol):
    """The accounts of MGN's global view; same errors as ``SourceServers``."""

    def managed_accounts(self) -> list[str]:
        """Return the ID of every account of the global view; MGN refuses this where the view is off."""


class Mgn(SourceServers, Jobs, Groups, ManagedAccounts, Protocol):
    """MGN in one account and Region."""


class Instances(Protocol):
    """EC2 in one account and Region; same errors as ``SourceServers``."""

    def statuses(self, instance_ids: Collection[str]) -> Found[InstanceStatus]:
        """Return the status of each of *instance_ids* that EC2 lists, including stopped instances."""


class StagingResources(Protocol):
    """EC2 resources of MGN in one account and Region; same errors as ``SourceServers``."""

    def managed(self) -> tuple[StagingResource, ...]:
        """Return every volume, snapshot and instance that has MGN's managed tag, for all source servers."""


class ResultPublisher(Protocol):
    """Publishes the results of automation."""

    def publish(self, reports: Collection[Report]) -> dict[str, str]:
        """Publish *reports* without MGN's responses; return ``{source server ID: reason}`` of those not accepted."""


class Topic(Protocol):
    """A topic that people subscribe to; same errors as ``SourceServers``."""

    def publish(self, subject: str, message: str) -> str:
        """Publish *message*, a JSON object with a text for each kind of subscription; return the ID of the message."""


class EvidenceBucket(Protocol):
    """A bucket whose objects nobody can change for a time; same errors as ``SourceServers``."""

    def store(self, key: str, body: bytes) -> bool:
        """Store *body* under *key*; return False if the key exists, whose object then stays as it is."""


class Clock(Protocol):
    """The time source."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""


class Stack(Protocol):
    """The CloudFormation stack that sent the request."""

    def statuses(self) -> Iterator[str]:
        """
        Yield its status, then those of the stacks that contain it; same errors as ``Jobs``.

        A status is empty if CloudFormation returns none.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The ports of one account and Region, and the logs of its jobs that are kept."""

    mgn: Mgn
    instances: Instances
    clock: Clock
    kept_logs: KeptLogs = field(default_factory=KeptLogs)
