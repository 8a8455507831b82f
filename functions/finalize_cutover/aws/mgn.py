"""MGN through boto3: the ports ``SourceServers``, ``Jobs``, ``Groups`` and ``ManagedAccounts`` of the core."""

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from finalize_cutover.cutover.batches import in_batches
from finalize_cutover.cutover.errors import (
    CutoverError,
    MgnUnavailableError,
    SourceServerNotFoundError,
)
from finalize_cutover.cutover.evidence import CutoverJob, JobEvent
from finalize_cutover.cutover.groups import Group
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import ATTEMPT, ONE_LOG, READING

from .before_send import checked
from .errors import translated
from .json_fields import UNREADABLE, identifier, readable
from .time_limit import TimeLimit
from .translate import application, cutover_job, job_event, source_server, wave

if TYPE_CHECKING:
    from mypy_boto3_mgn import MgnClient

T = TypeVar("T")

# https://docs.aws.amazon.com/mgn/latest/APIReference/API_DescribeSourceServersRequestFilters.html
SERVERS_PER_CALL = 200
APPLICATIONS_PER_CALL = 200
# https://docs.aws.amazon.com/mgn/latest/APIReference/API_ListWavesRequestFilters.html
WAVES_PER_CALL = 200
LISTED_PER_CALL = 1000
# https://docs.aws.amazon.com/mgn/latest/APIReference/API_DescribeJobsRequestFilters.html
JOBS_PER_CALL = 1000
LOG_LINES_PER_CALL = 1000
# MGN refuses the whole request if one job ID is malformed.
# https://docs.aws.amazon.com/mgn/latest/APIReference/API_Job.html
JOB_ID = re.compile("mgnjob-[0-9a-zA-Z]{17}")
ACCOUNT_ID = re.compile("[0-9]{12}")


class AwsMgn:
    """
    MGN in one account and Region.

    Args:
        client: Returns the boto3 client for reads.

        writer: Returns the boto3 client for writes, which sends each request once.

        limit: When each call must have ended.

        account_id: The member account of the source servers; None for the client's own account.
            https://docs.aws.amazon.com/mgn/latest/ug/global-view.html
    """

    def __init__(
        self,
        client: "Callable[[], MgnClient]",
        *,
        writer: "Callable[[], MgnClient]",
        limit: TimeLimit,
        account_id: str | None = None,
    ) -> None:
        self._client = client
        self._writer = writer
        self._limit = limit
        self._account: dict[str, Any] = {"accountID": account_id} if account_id else {}
        self._translated = partial(translated, account_id=account_id)

    def describe(self, server_ids: Collection[str], *, within: timedelta | None = None) -> Found[SourceServer]:
        """Return those of *server_ids* that MGN lists."""
        filters = [{"sourceServerIDs": batch} for batch in in_batches(sorted(server_ids), SERVERS_PER_CALL)]
        return _asked_for(server_ids, self._servers(SERVERS_PER_CALL, *filters, within=within))

    def in_state(self, state: str, *, archived_too: bool = False) -> Found[SourceServer]:
        """Return every source server in the lifecycle state *state*, archived servers only with *archived_too*."""
        # Read all pages before any write: a page token may refer to a server that no longer matches the filter.
        filters: dict[str, Any] = {"lifeCycleStates": [state]} | ({} if archived_too else {"isArchived": False})
        return self._servers(LISTED_PER_CALL, filters)

    def all_servers(self) -> Found[SourceServer]:
        """Return every source server that is not archived."""
        return self._servers(LISTED_PER_CALL, {"isArchived": False})

    def applications(self, wave_id: str) -> list[str]:
        """Return the IDs of the applications of *wave_id*."""
        with self._translated("mgn:ListApplications"):
            items = self._limit.run(lambda: self._pages("list_applications", filters={"waveIDs": [wave_id]}))
            return [identifier(item, "applicationID") for item in items]

    def servers_of(self, application_ids: Collection[str], *, within: timedelta | None = None) -> Found[SourceServer]:
        """Return every source server of *application_ids*."""
        filters = [{"applicationIDs": batch} for batch in in_batches(sorted(application_ids), APPLICATIONS_PER_CALL)]
        return self._servers(LISTED_PER_CALL, *filters, within=within)

    def find_applications(self, application_ids: Collection[str]) -> Found[Group]:
        """Return those of *application_ids* that MGN lists, archived or not."""
        filters = [{"applicationIDs": batch} for batch in in_batches(sorted(application_ids), APPLICATIONS_PER_CALL)]
        return _asked_for(application_ids, self._groups("list_applications", filters))

    def applications_in(self, wave_ids: Collection[str]) -> Found[Group]:
        """Return every application of *wave_ids*, archived or not."""
        filters = [{"waveIDs": batch} for batch in in_batches(sorted(wave_ids), WAVES_PER_CALL)]
        return self._groups("list_applications", filters)

    def find_waves(self, wave_ids: Collection[str]) -> Found[Group]:
        """Return those of *wave_ids* that MGN lists, archived or not."""
        filters = [{"waveIDs": batch} for batch in in_batches(sorted(wave_ids), WAVES_PER_CALL)]
        return _asked_for(wave_ids, self._groups("list_waves", filters))

    def managed_accounts(self) -> list[str]:
        """Return the ID of every account of MGN's global view."""
        with self._translated("mgn:ListManagedAccounts"):
            items = self._limit.run(lambda: self._pages("list_managed_accounts"))
            return [_account_id(item) for item in items]

    def finalize(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        """Finalize the cutover of *server_id*; this cannot be undone."""
        return self._write("finalize_cutover", server_id, before_send)

    def archive(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        """Mark *server_id* as archived."""
        return self._write("mark_as_archived", server_id, before_send)

    def archive_application(self, application_id: str, *, before_send: Callable[[], None]) -> Group:
        """Archive an application."""
        return self._archive_group("archive_application", {"applicationID": application_id}, before_send)

    def archive_wave(self, wave_id: str, *, before_send: Callable[[], None]) -> Group:
        """Archive a wave."""
        return self._archive_group("archive_wave", {"waveID": wave_id}, before_send)

    def describe_jobs(self, job_ids: Collection[str]) -> Found[CutoverJob]:
        """Return those of *job_ids* that MGN lists."""
        valid = [job_id for job_id in job_ids if JOB_ID.fullmatch(job_id)]
        batches = list(in_batches(sorted(valid), JOBS_PER_CALL))
        with self._translated("mgn:DescribeJobs"):
            items = self._limit.run(
                lambda: [
                    item
                    for batch in batches
                    for item in self._pages("describe_jobs", JOBS_PER_CALL, filters={"jobIDs": batch})
                ],
                within=READING,
            )
        return _asked_for(valid, _read(items, cutover_job, "jobID", "mgn:DescribeJobs"))

    def job_log(self, job_id: str) -> tuple[JobEvent, ...]:
        """Return the whole log of *job_id* for all its servers; empty for a malformed ID."""
        if not JOB_ID.fullmatch(job_id):
            return ()
        try:
            with self._translated("mgn:DescribeJobLogItems"):
                ask = partial(self._pages, "describe_job_log_items", LOG_LINES_PER_CALL, jobID=job_id)
                return tuple(job_event(readable(item)) for item in self._limit.run(ask, within=ONE_LOG))
        except SourceServerNotFoundError as error:
            # The job is not found, not the source server: MGN's reads are not consistent yet.
            raise MgnUnavailableError(str(error), code=error.code, http_status=error.http_status) from error

    def _write(self, method: str, server_id: str, before_send: Callable[[], None]) -> SourceServer:
        with self._translated(f"mgn:{_operation(method)}", server_id=server_id):
            return _written(self._sent(method, {"sourceServerID": server_id}, before_send), server_id)

    def _archive_group(self, method: str, named: dict[str, str], before_send: Callable[[], None]) -> Group:
        read = {"archive_application": application, "archive_wave": wave}[method]
        with self._translated(f"mgn:{_operation(method)}", missing=""):
            group = read(readable(self._sent(method, named, before_send)))
        if group.id not in named.values():
            words = f"mgn:{_operation(method)}: MGN's response names another ID."
            raise MgnUnavailableError(words, code="UnreadableAnswer")
        return group

    def _sent(self, method: str, named: dict[str, str], before_send: Callable[[], None]) -> Any:
        """Return the response to a write about what is *named*, which is sent once, after the check."""

        def send() -> Any:
            with checked(before_send):
                return getattr(self._writer(), method)(**named, **self._account)

        return self._limit.run(send, within=ATTEMPT)

    def _groups(self, method: str, filters: list[dict[str, Any]]) -> Found[Group]:
        read, id_name = {"list_applications": (application, "applicationID"), "list_waves": (wave, "waveID")}[method]

        def ask() -> list[Any]:
            return [item for each in filters for item in self._pages(method, filters=each)]

        operation = f"mgn:{_operation(method)}"
        with self._translated(operation):
            items = self._limit.run(ask, within=READING)
        return _read(items, read, id_name, operation)

    def _servers(self, size: int, *filters: dict[str, Any], within: timedelta | None = None) -> Found[SourceServer]:
        def ask() -> list[Any]:
            return [item for each in filters for item in self._pages("describe_source_servers", size, filters=each)]

        with self._translated("mgn:DescribeSourceServers"):
            items = self._limit.run(ask, within=within)
        return _read(items, source_server, "sourceServerID", "mgn:DescribeSourceServers")

    def _pages(self, method: str, size: int = LISTED_PER_CALL, **request: Any) -> list[Any]:
        paginator: Any = self._client().get_paginator(method)  # type: ignore[call-overload]  # a name, not a literal
        pages = paginator.paginate(**request, **self._account, PaginationConfig={"PageSize": size})
        return [item for page in pages for item in page.get("items", [])]


def _account_id(item: Any) -> str:
    account_id = identifier(item, "accountId")
    if not ACCOUNT_ID.fullmatch(account_id):
        raise ValueError("an account ID has 12 digits")
    return account_id


def _operation(method: str) -> str:
    return "".join(word.capitalize() for word in method.split("_"))


def _read(items: list[Any], read: Callable[[Any], T], id_name: str, operation: str) -> Found[T]:
    """Read *items* one by one, so that an unreadable item does not affect the others."""
    found: dict[str, T] = {}
    errors: dict[str, CutoverError] = {}
    unnamed = 0
    for item in items:
        try:
            item_id = identifier(item, id_name)
        except UNREADABLE:
            unnamed += 1
            continue
        try:
            with translated(operation):
                found[item_id] = read(readable(item))
        except CutoverError as error:
            errors[item_id] = error
    return Found(items={k: v for k, v in found.items() if k not in errors}, errors=errors, unnamed=unnamed)


def _asked_for(ids: Collection[str], found: Found[T]) -> Found[T]:
    """Drop items that were not requested; a missing item may be one whose ID could not be read."""
    errors = {id_: error for id_, error in found.errors.items() if id_ in ids}
    items = {id_: item for id_, item in found.items.items() if id_ in ids}
    if found.unnamed:
        words = f"MGN returned {found.unnamed} unreadable items."
        missing = [id_ for id_ in ids if id_ not in items and id_ not in errors]
        errors |= {id_: MgnUnavailableError(words, code="UnreadableAnswer") for id_ in missing}
    return Found(items=items, errors=errors)


def _written(answer: Any, server_id: str) -> SourceServer:
    """Read the response to a write; without the server ID it counts as lost: the write may have had an effect."""
    if answer.get("sourceServerID") != server_id:
        raise MgnUnavailableError(f"Source server {server_id}: MGN's response lacks its ID.", code="UnreadableAnswer")
    return source_server(readable(answer))
