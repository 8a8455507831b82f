"""Read all the evidence, in batches: one source server is a batch of one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from .errors import OutOfTimeError
from .evidence import Evidence, JobEvent
from .ports import Clock, Instances, Mgn
from .source_server import SourceServer
from .verdict import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The outside of one account and Region, through ports."""

    mgn: Mgn
    instances: Instances
    clock: Clock


def read_servers(
    server_ids: Collection[str], *, world: World, known: Mapping[str, SourceServer]
) -> Mapping[str, SourceServer]:
    """
    Return ``{ID: source server}``; IDs that MGN does not list are absent.

    Args:
        server_ids: Source server IDs.

        world: Where to look.

        known: ``{ID: source server}`` as read a moment ago; used if it has all of *server_ids*.

    Raises:
        CutoverError: As ``look`` does.
    """
    is_known = all(server_id in known for server_id in server_ids)
    return {id_: known[id_] for id_ in server_ids} if is_known else world.mgn.describe(server_ids)


def look(servers: Collection[SourceServer], *, terms: Terms, world: World, until: datetime) -> dict[str, Evidence]:
    """
    Return ``{ID: evidence}``: all that must be read beside the *servers* themselves, which are not finalized.

    Each cutover job's log is read once, however many servers it launched.

    Args:
        servers: Source servers as read a moment ago.

        terms: What is waived: EC2 is not asked for a status that may be anything, so that a
            request for another account's server needs no permission there.

        world: Where to look.

        until: When it is too late to read another job's log: servers that were launched one by one have one each.

    Raises:
        OutOfTimeError: It was too late.

        MgnUnavailableError: Asking again is safe.

        UninitializedAccountError: MGN was never set up.

        MgnRefusedError: We may not look.
    """
    jobs = world.mgn.describe_jobs(job_ids) if (job_ids := _job_ids(servers)) else {}
    logs = _logs(jobs, world, until)
    instance_ids = {server.instance_id for server in servers if server.instance_id}
    asked = instance_ids and "instance-status" not in terms.waived
    statuses = world.instances.statuses(instance_ids) if asked else {}
    return {
        server.id: Evidence(
            server=server,
            job=jobs.get(server.cutover_job_id or ""),
            log=logs.get(server.cutover_job_id or "", ()),
            instance=statuses.get(server.instance_id or ""),
        )
        for server in servers
    }


def _logs(job_ids: Collection[str], world: World, until: datetime) -> dict[str, tuple[JobEvent, ...]]:
    logs: dict[str, tuple[JobEvent, ...]] = {}
    for job_id in job_ids:
        if logs and world.clock.now() >= until:
            raise OutOfTimeError("Too little time was left to read the logs of all cutover jobs.")
        logs[job_id] = world.mgn.job_log(job_id)
    return logs


def _job_ids(servers: Collection[SourceServer]) -> set[str]:
    return {server.cutover_job_id for server in servers if server.cutover_job_id}
