"""Read all the evidence, in batches: one source server is a batch of one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .evidence import Evidence
from .ports import Clock, Instances, Mgn
from .source_server import SourceServer
from .verdict import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The outside of one account and Region, through ports."""

    mgn: Mgn
    instances: Instances
    clock: Clock


def look(
    server_ids: Collection[str], *, terms: Terms, world: World, known: Mapping[str, SourceServer] | None = None
) -> dict[str, Evidence]:
    """
    Return ``{ID: evidence}``; IDs that MGN does not list are absent.

    A finalized server costs the one call that shows it; each cutover job's log is read once,
    however many servers it launched.

    Args:
        server_ids: Source server IDs.

        terms: What is waived: EC2 is not asked for a status that may be anything, so that a
            request for another account's server needs no permission there.

        world: Where to look.

        known: ``{ID: source server}`` as read a moment ago; used if it has all of *server_ids*.

    Raises:
        MgnUnavailableError: Asking again is safe.

        UninitializedAccountError: MGN was never set up.

        MgnRefusedError: We may not look.
    """
    known = known or {}
    is_known = all(server_id in known for server_id in server_ids)
    servers = {id_: known[id_] for id_ in server_ids} if is_known else world.mgn.describe(server_ids)
    undecided = [server for server in servers.values() if not server.is_finalized]
    jobs = world.mgn.describe_jobs(job_ids) if (job_ids := _job_ids(undecided)) else {}
    logs = {job_id: world.mgn.job_log(job_id) for job_id in jobs}
    instance_ids = {server.instance_id for server in undecided if server.instance_id}
    asked = instance_ids and "instance-status" not in terms.waived
    statuses = world.instances.statuses(instance_ids) if asked else {}
    return {
        server.id: Evidence(
            server=server,
            job=jobs.get(server.cutover_job_id or ""),
            log=logs.get(server.cutover_job_id or "", ()),
            instance=statuses.get(server.instance_id or ""),
        )
        for server in servers.values()
    }


def _job_ids(servers: Collection[SourceServer]) -> set[str]:
    return {server.cutover_job_id for server in servers if server.cutover_job_id}
