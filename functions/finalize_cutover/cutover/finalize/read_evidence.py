"""Read the evidence about several source servers together."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from finalize_cutover.cutover.acceptance.rule import AcceptanceRule
from finalize_cutover.cutover.errors import CutoverError, MgnUnavailableError
from finalize_cutover.cutover.evidence import Evidence, JobEvent
from finalize_cutover.cutover.ports import Found, Services
from finalize_cutover.cutover.source_server import SourceServer

from .options import FinalizeOptions
from .read_logs import read_logs

T = TypeVar("T")

# The readiness checks that rest on EC2.
EC2_CHECKS = frozenset({"instance-present", "instance-status"})
# Of so few source servers, everything is read at once, also what needs a call per source server.
FEW = 10


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
    options: FinalizeOptions,
    services: Services,
    until: datetime,
) -> EvidenceSet:
    """
    Read the evidence about *servers*, which are not finalized; what does not depend on each other, at the same time.

    Each cutover job's log is read once for all its servers, unless it is kept.  No error is raised.

    Args:
        servers: Source servers that were just read.

        read_at: When reading them began.

        options: An error of a rule that they waive is no error, so that a request needs no permission for it.

        services: The ports of the account.

        until: Latest time to start reading another job's log; servers that were launched one by one have one log each.
    """
    if not servers:
        return EvidenceSet()
    rules = [rule for rule in options.acceptance if not rule.is_read_per_server or len(servers) <= FEW]
    job_ids, instance_ids = _ids(servers, "cutover_job_id"), _ids(servers, "instance_id")
    with ThreadPoolExecutor(2 + len(rules)) as pool:
        # The optional rules first: the snapshots need a second call.
        asked = {rule.name: pool.submit(read_rule, rule, servers) for rule in rules}
        asked_jobs = pool.submit(_read, job_ids, services.mgn.describe_jobs)
        asked_statuses = pool.submit(_read, instance_ids, services.instances.statuses)
        logs, unread = _logs(job_ids, options, services, until)
        jobs, statuses = asked_jobs.result(), asked_statuses.result()
        accepted = {name: future.result() for name, future in asked.items()}
    services.kept_logs.keep(logs, jobs.items, read_at)
    # Without a role in the account, EC2 cannot be asked: a request that waives both checks needs no answer.
    waived = options.policy.waived
    found = EvidenceSet()
    for server in servers:
        job_id = server.cutover_job_id or ""
        job, not_asked = jobs.items.get(job_id), statuses.errors.get(server.instance_id or "")
        errors = [
            jobs.errors.get(job_id),
            unread.get(job_id) if job else None,
            _unreadable(job_id) if job and server.id in job.unreadable else None,
            None if waived >= EC2_CHECKS else not_asked,
            *(facts.errors.get(server.id) for name, facts in accepted.items() if name not in waived),
        ]
        if error := next(filter(None, errors), None):
            found.errors[server.id] = error
        elif job and job_id not in logs:
            found.not_reached.append(server.id)
        else:
            found.evidence[server.id] = Evidence(
                server=server,
                read_at=read_at,
                job=job,
                log=logs[job_id] if job else (),
                instance=statuses.items.get(server.instance_id or ""),
                is_instance_read=not_asked is None,
                acceptance={n: facts.items[server.id] for n, facts in accepted.items() if server.id in facts.items},
            )
    return found


def read_rule(rule: AcceptanceRule, servers: Collection[SourceServer]) -> Found[Any]:
    """Return what *rule* reads, by source server ID; an error of the whole call is the error of each of *servers*."""
    try:
        return rule.read(servers)
    except CutoverError as error:
        return Found(items={}, errors=dict.fromkeys([server.id for server in servers], error))


def _ids(servers: Collection[SourceServer], name: str) -> list[str]:
    """Return the distinct IDs in the member *name*, in the order of *servers*, so that the first are reached first."""
    return [id_ for id_ in dict.fromkeys(getattr(server, name) for server in servers) if id_]


def _read(ids: Collection[str], read: Callable[[Collection[str]], Found[T]]) -> Found[T]:
    """Return what *read* returns for *ids*; an error of the whole call is the error of each ID."""
    if not ids:
        return Found(items={})
    try:
        return read(ids)
    except CutoverError as error:
        return Found(items={}, errors=dict.fromkeys(ids, error))


def _logs(
    job_ids: list[str], options: FinalizeOptions, services: Services, until: datetime
) -> tuple[dict[str, tuple[JobEvent, ...]], dict[str, CutoverError]]:
    """Return the logs, kept or read, and the errors by job ID; a job that was not reached is in neither."""
    kept = services.kept_logs.find(job_ids) if options.uses_kept_logs else {}
    logs, errors = read_logs([id_ for id_ in job_ids if id_ not in kept], services=services, until=until)
    return kept | logs, errors


def _unreadable(job_id: str) -> CutoverError:
    return MgnUnavailableError(
        f"The entry of this source server in job {job_id} is not as AWS documents it.", code="UnreadableAnswer"
    )
