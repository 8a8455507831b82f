"""What an invocation could know about a server, and valid reasons for not finalizing it."""

from typing import TYPE_CHECKING

from tests.simulation.aws.invocation import Asked, Invocation, Sight
from tests.simulation.aws.truth import Server
from tests.simulation.aws.weather import LONGEST_LAG
from tests.simulation.watch.acceptance import is_protected
from tests.simulation.watch.table import broken_rules

# Seconds at the end of Lambda's time that are too short for a pause and another read.
TOO_LATE = 3

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch


def truth_about(watch: "Watch", server: Server) -> Sight:
    """Return what a read without delay or fault would return for *server*, as given, with all other current data."""
    job = watch.mgn.jobs[server.cutover.job_id] if server.cutover else None
    instance = server.launched and watch.mgn.instances[server.launched.instance_id]
    instance_id = server.launched.instance_id if server.launched else None
    return Sight(
        server=server,
        seen_at=watch.machine.now,
        job=job if job and job.is_listed else None,
        log=job.log if job and not job.log_error else None,
        instance=instance if instance and instance.is_known else None,
        accepted=watch.sources.accepted(server.id, instance_id),
    )


def is_final_and_could_be_seen(watch: "Watch", invocation: Invocation, server_id: str) -> bool:
    """
    Return whether a report of *server_id* as not finalized is false.

    It is false if the invocation last read the server as finalized, or if the server had been finalized before the
    invocation's FinalizeCutover ended in a conflict or without a readable response, and MGN could be read after that.
    """
    sight, truth = invocation.record.sights.get(server_id), watch.mgn.servers[server_id]
    if sight and sight.server.is_final:
        return not _failed_to_read(invocation, sight.seen_at)
    if not (truth.exists and truth.is_final) or truth.cutover is None or truth.cutover.finalized_at is None:
        return False
    unclear = [send for send in invocation.record.sends if send.server_id == server_id and send.is_unclear]
    if not unclear or unclear[-1].ended_at is None or truth.cutover.finalized_at > unclear[-1].ended_at:
        return False
    if watch.machine.now > invocation.ends_at - TOO_LATE and watch.machine.now < unclear[-1].ended_at + LONGEST_LAG:
        return False  # the reads that were possible in time can show MGN's state before the write
    return not _failed_to_read(invocation, unclear[-1].ended_at)


def _failed_to_read(invocation: Invocation, since: float) -> bool:
    faults = invocation.record.faults
    return any(fault.at >= since and fault.operation == "DescribeSourceServers" for fault in faults)


def has_excuse(watch: "Watch", invocation: Invocation, server_id: str) -> bool:
    """
    Return whether there was an obstacle for the invocation to finalize *server_id*.

    A fault counts only if it affected a call about that server, including its job, log and instance.
    """
    return has_obstacle(watch, invocation, server_id) or others_have_obstacle(watch, invocation, server_id)


def others_have_obstacle(watch: "Watch", invocation: Invocation, server_id: str) -> bool:
    """Return whether there was an obstacle for others without which *server_id* must not be finalized."""
    others = {*invocation.meant} if invocation.asked.all_or_nothing else set()
    others |= companions(watch, watch.mgn.servers[server_id], invocation.asked)
    return any(has_obstacle(watch, invocation, id_) for id_ in sorted(others))


def companions(watch: "Watch", server: Server, asked: Asked) -> set[str]:
    """Return the IDs of the others of its application, if *server* is finalized together with them."""
    if not asked.applications_together or server.application_id is None:
        return set()
    return {*watch.mgn.applications[server.application_id]} - {server.id}


def has_obstacle(watch: "Watch", invocation: Invocation, server_id: str) -> bool:
    """Return whether there was an obstacle for the invocation with *server_id* itself."""
    sight, truth = invocation.record.sights.get(server_id), watch.mgn.servers[server_id]
    if not truth.exists or any(fault.concerns(truth) for fault in invocation.record.faults):
        return True
    if any(not send.is_success for send in invocation.record.sends if send.server_id == server_id):
        return True
    if sight is None:
        return False
    return not sight.server.is_final and (
        bool(broken_rules(sight, invocation.asked, sight.seen_at)) or lacks_protection(sight, invocation.asked)
    )


def lacks_protection(sight: Sight, asked: Asked) -> bool:
    """Return whether termination protection had to be turned on, but was not read as on since."""
    is_asked = "termination-protection" in asked.rules - asked.waived
    return is_asked and not is_protected(sight)
