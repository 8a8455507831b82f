"""Read the evidence about several source servers together."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from finalize_cutover.cutover.errors import CutoverError, MgnUnavailableError
from finalize_cutover.cutover.evidence import CutoverJob, Evidence, JobEvent
from finalize_cutover.cutover.ports import Found, Services
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.source_server import SourceServer

T = TypeVar("T")

# The readiness checks that rest on EC2.
EC2_CHECKS = frozenset({"instance-present", "instance-status"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSet:
    """
    The evidence about several source servers.

    Attributes:
        evidence: ``{ID: evidence}``.

        errors: ``{ID: error}`` of servers whose evidence could not be read; a failed read affects only the servers
            that need it.

        not_reached: IDs of servers that were not read in time.
    """

    evidence: dict[str, Evidence] = field(default_factory=dict)
    errors: dict[str, CutoverError] = field(default_factory=dict)
    not_reached: list[str] = field(default_factory=list)


def read_evidence(
    servers: Collection[SourceServer],
    *,
    read_at: datetime,
    policy: ReadinessPolicy,
    services: Services,
    until: datetime,
) -> EvidenceSet:
    """
    Read the evidence about *servers*, which are not finalized.

    Each cutover job's log is read once for all its servers.  No error is raised.

    Args:
        servers: Source servers that were just read.

        read_at: When reading them began.

        policy: If it waives ``instance-present`` and ``instance-status``, an error of EC2 is no error, so that a
            request for another account needs no EC2 permission there.

        services: The ports of the account.

        until: Latest time to start reading another job's log; servers that were launched one by one have one log each.
    """
    jobs = _read({s.cutover_job_id for s in servers if s.cutover_job_id}, services.mgn.describe_jobs)
    logs, unread = _logs(servers, jobs, services, until)
    statuses = _read({s.instance_id for s in servers if s.instance_id}, services.instances.statuses)
    # Without a role in the account, EC2 cannot be asked: a request that waives both checks needs no answer.
    unneeded = policy.waived >= EC2_CHECKS
    found = EvidenceSet()
    for server in servers:
        job_id = server.cutover_job_id or ""
        not_asked = statuses.errors.get(server.instance_id or "")
        error = jobs.errors.get(job_id) or unread.get(job_id) or (None if unneeded else not_asked)
        job = jobs.items.get(job_id)
        if error or (job and server.id in job.unreadable):
            found.errors[server.id] = error or _unreadable(job_id)
        elif job and job_id not in logs:
            found.not_reached.append(server.id)
        else:
            found.evidence[server.id] = Evidence(
                server=server,
                read_at=read_at,
                job=job,
                log=logs.get(job_id, ()),
                instance=statuses.items.get(server.instance_id or ""),
                is_instance_read=not_asked is None,
            )
    return found


def _read(ids: Collection[str], read: Callable[[Collection[str]], Found[T]]) -> Found[T]:
    """Return what *read* returns for *ids*; an error of the whole call is the error of each ID."""
    if not ids:
        return Found(items={})
    try:
        return read(ids)
    except CutoverError as error:
        return Found(items={}, errors=dict.fromkeys(ids, error))


def _logs(
    servers: Collection[SourceServer], jobs: Found[CutoverJob], services: Services, until: datetime
) -> tuple[dict[str, tuple[JobEvent, ...]], Mapping[str, CutoverError]]:
    """Return the logs and the errors by job ID; a job that was not reached is in neither."""
    logs: dict[str, tuple[JobEvent, ...]] = {}
    errors: dict[str, CutoverError] = {}
    # In the order of the servers, so that the first servers are reached first.
    for job_id in dict.fromkeys(server.cutover_job_id for server in servers):
        if job_id not in jobs.items or job_id is None:
            continue
        if (logs or errors) and services.clock.now() >= until:
            break
        try:
            logs[job_id] = services.mgn.job_log(job_id)
        except CutoverError as error:
            errors[job_id] = error
    return logs, errors


def _unreadable(job_id: str) -> CutoverError:
    return MgnUnavailableError(
        f"The entry of this source server in job {job_id} is not as AWS documents it.", code="UnreadableAnswer"
    )
