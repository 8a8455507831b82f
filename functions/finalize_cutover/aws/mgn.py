"""MGN through boto3: the ports ``SourceServers`` and ``Jobs`` of the core."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from finalize_cutover.cutover.errors import MgnUnavailableError, SourceServerNotFoundError
from finalize_cutover.cutover.evidence import CutoverJob, JobEvent
from finalize_cutover.cutover.source_server import SourceServer

from .batches import in_batches
from .errors import translated
from .members import identifier, readable
from .translate import cutover_job, job_event, source_server

if TYPE_CHECKING:
    from mypy_boto3_mgn import MgnClient

T = TypeVar("T")

# https://docs.aws.amazon.com/mgn/latest/APIReference/API_DescribeSourceServersRequestFilters.html
SERVERS_PER_CALL = 200
APPLICATIONS_PER_CALL = 200
LISTED_PER_CALL = 1000
# https://docs.aws.amazon.com/mgn/latest/APIReference/API_DescribeJobsRequestFilters.html
JOBS_PER_CALL = 1000
LOG_LINES_PER_CALL = 1000


class AwsMgn:
    """
    MGN in one account and Region.

    Args:
        client: Returns boto3's client of the account that asks.

        account_id: The member account whose source servers are meant; None for the client's own.
            https://docs.aws.amazon.com/mgn/latest/ug/global-view.html
    """

    def __init__(self, client: "Callable[[], MgnClient]", *, account_id: str | None = None) -> None:
        self._client = client
        self._account: dict[str, Any] = {"accountID": account_id} if account_id else {}

    def describe(self, server_ids: Collection[str]) -> dict[str, SourceServer]:
        """Return ``{ID: source server}``; IDs that MGN does not list are absent."""
        found = [
            server
            for batch in in_batches(server_ids, SERVERS_PER_CALL)
            for server in self._servers(SERVERS_PER_CALL, {"sourceServerIDs": batch})
        ]
        return {server.id: server for server in found if server.id in server_ids}

    def in_state(self, state: str, *, archived_too: bool = False) -> tuple[SourceServer, ...]:
        """Return every source server whose lifecycle state is *state*, archived ones only where asked for."""
        # All pages before any write: a token may name a server that no longer matches the filter.
        filters: dict[str, Any] = {"lifeCycleStates": [state]} | ({} if archived_too else {"isArchived": False})
        return tuple(self._servers(LISTED_PER_CALL, filters))

    def applications(self, wave_id: str) -> list[str]:
        """Return the IDs of the applications of *wave_id*."""
        read = partial(identifier, name="applicationID")
        return self._pages("list_applications", LISTED_PER_CALL, read, filters={"waveIDs": [wave_id]})

    def servers_of(self, application_ids: Collection[str]) -> tuple[SourceServer, ...]:
        """Return every source server of *application_ids*."""
        return tuple(
            server
            for batch in in_batches(application_ids, APPLICATIONS_PER_CALL)
            for server in self._servers(LISTED_PER_CALL, {"applicationIDs": batch})
        )

    def finalize(self, server_id: str) -> SourceServer:
        """Finalize the cutover of *server_id*; this cannot be undone."""
        with translated("mgn:FinalizeCutover", server_id=server_id):
            return _written(self._client().finalize_cutover(sourceServerID=server_id, **self._account), server_id)

    def archive(self, server_id: str) -> SourceServer:
        """Mark *server_id* as archived."""
        with translated("mgn:MarkAsArchived", server_id=server_id):
            return _written(self._client().mark_as_archived(sourceServerID=server_id, **self._account), server_id)

    def describe_jobs(self, job_ids: Collection[str]) -> dict[str, CutoverJob]:
        """Return ``{ID: job}``; IDs that MGN does not list are absent."""
        found = [
            job
            for batch in in_batches(job_ids, JOBS_PER_CALL)
            for job in self._pages("describe_jobs", JOBS_PER_CALL, cutover_job, filters={"jobIDs": batch})
        ]
        return {job.id: job for job in found if job.id in job_ids}

    def job_log(self, job_id: str) -> tuple[JobEvent, ...]:
        """Return the whole log of *job_id*, which MGN has just listed; all its servers'."""
        method, size = "describe_job_log_items", LOG_LINES_PER_CALL
        try:
            # botocore takes an answer that is no JSON for one without items: that is no log without failures.
            return tuple(self._pages(method, size, job_event, is_complete=True, jobID=job_id))
        except SourceServerNotFoundError as error:
            # It is the job that is not found: reads do not agree yet, and no source server is missing.
            raise MgnUnavailableError(str(error), code=error.code, http_status=error.http_status) from error

    def _servers(self, size: int, filters: dict[str, Any]) -> list[SourceServer]:
        return self._pages("describe_source_servers", size, source_server, filters=filters)

    def _pages(
        self, method: str, size: int, read: Callable[[Any], T], *, is_complete: bool = False, **request: Any
    ) -> list[T]:
        paginator: Any = self._client().get_paginator(method)  # type: ignore[call-overload]  # a name, not a literal
        operation = "".join(word.capitalize() for word in method.split("_"))
        with translated(f"mgn:{operation}"):
            pages = paginator.paginate(**request, **self._account, PaginationConfig={"PageSize": size})
            lists = (page["items"] if is_complete else page.get("items", []) for page in pages)
            return [read(readable(item)) for items in lists for item in items]


def _written(answer: Any, server_id: str) -> SourceServer:
    """Read what a write answers; one that does not name the server counts as lost, since it may have had its effect."""
    if answer.get("sourceServerID") != server_id:
        raise MgnUnavailableError(f"Source server {server_id}: MGN's answer does not name it.", code="UnreadableAnswer")
    return source_server(readable(answer))
