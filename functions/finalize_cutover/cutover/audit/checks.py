"""
The checks after finalizing, one function each: facts in, a verdict with its reason out.

https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html
"""

from datetime import UTC, datetime, timedelta

import msgspec

from finalize_cutover.cutover.evidence import InstanceStatus
from finalize_cutover.cutover.report import AGENT_UNINSTALLED_AFTER, REPLICATION_RESOURCES_DELETED_AFTER
from finalize_cutover.cutover.source_server import DISCONNECTED, SourceServer

from .report import AuditVerdict, Check
from .staging import Leftovers

INSTANCE_RUNNING = "instance-running"


def check_all(
    server: SourceServer, instance: InstanceStatus | None, leftovers: Leftovers, now: datetime
) -> tuple[Check, ...]:
    """
    Return one check for each change that MGN documents, and one for the launched instance.

    A server that was replicated without an agent has no check of the agent.

    Args:
        server: A source server whose cutover is finalized; without a finalization time, every check is due.

        instance: Status of its launched instance; None if EC2 does not list it.

        leftovers: Its remaining resources in EC2; none before the check is due.

        now: The current time, aware.
    """
    return (
        *(() if server.is_agentless else (agent_silent(server, now),)),
        replication_disconnected(server, now),
        no_staged_storage(server, now),
        no_leftovers(server, instance, leftovers, now),
        instance_running(server, instance),
    )


def agent_silent(server: SourceServer, now: datetime) -> Check:
    """Expect no contact from the agent later than 10 minutes after finalizing."""
    name, seen = "agent-silent", server.last_seen_at
    if early := _early(name, server, AGENT_UNINSTALLED_AFTER, now):
        return early
    latest = (server.finalized_at or now) + AGENT_UNINSTALLED_AFTER * (1 if server.finalized_at else -1)
    if seen is None or seen <= latest:
        return Check(check=name, verdict=AuditVerdict.PASS, reason="its agent no longer contacts MGN")
    reason = f"its agent is still installed: it contacted MGN at {_shown(seen)}; uninstall it on the source"
    return Check(check=name, verdict=AuditVerdict.FAIL, reason=reason)


def replication_disconnected(server: SourceServer, now: datetime) -> Check:
    """Expect replication to have stopped."""
    state = server.replication_state
    return _due("replication-disconnected", server, now, state == DISCONNECTED, f"its replication state is {state}")


def no_staged_storage(server: SourceServer, now: datetime) -> Check:
    """Expect MGN to show no replicated storage."""
    staged = sum(server.staged_bytes)
    return _due("no-staged-storage", server, now, staged == 0, f"MGN shows {staged} bytes of replicated storage")


def no_leftovers(server: SourceServer, instance: InstanceStatus | None, leftovers: Leftovers, now: datetime) -> Check:
    """Expect none of its volumes, snapshots and replication servers in EC2."""
    found = ", ".join(f"{resource.kind} {resource.id}" for resource in leftovers.certain)
    words = f"EC2 still has {found}" if found else "EC2 has no certain leftovers"
    is_instance_gone = instance is None or not instance.exists
    if is_instance_gone:
        words += "; volumes and snapshots were not checked, because its launched instance does not exist"
    elif leftovers.uncertain:
        words += f"; {leftovers.uncertain} resources with its tag are not named, because they may be production's"
    check = _due("no-leftovers", server, now, not found, words)
    if server.is_on_fsx and check.verdict == AuditVerdict.PASS:
        words = "its storage is on FSx for ONTAP, which this audit does not read; MGN's cleanup can take 24 hours"
        return Check(check=check.check, verdict=AuditVerdict.NOT_CHECKED, reason=words)
    if is_instance_gone and check.verdict == AuditVerdict.PASS:
        return msgspec.structs.replace(check, verdict=AuditVerdict.NOT_CHECKED)
    return check


def instance_running(server: SourceServer, instance: InstanceStatus | None) -> Check:
    """Expect the launched instance, which is now in production, to run."""
    state = instance.state if instance else "unknown to EC2"
    words = f"its instance {server.instance_id} is {state}" if server.instance_id else "it has no launched instance"
    verdict = AuditVerdict.PASS if instance and state == "running" else AuditVerdict.FAIL
    return Check(check=INSTANCE_RUNNING, verdict=verdict, reason=words)


def _due(name: str, server: SourceServer, now: datetime, is_gone: bool, words: str) -> Check:
    if early := _early(name, server, REPLICATION_RESOURCES_DELETED_AFTER, now):
        return early
    return Check(check=name, verdict=AuditVerdict.PASS if is_gone else AuditVerdict.FAIL, reason=words)


def _early(name: str, server: SourceServer, after: timedelta, now: datetime) -> Check | None:
    due = server.finalized_at and server.finalized_at + after
    if due is None or now >= due:
        return None
    return Check(check=name, verdict=AuditVerdict.WAIT, reason=f"this check is due at {_shown(due)}")


def _shown(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
