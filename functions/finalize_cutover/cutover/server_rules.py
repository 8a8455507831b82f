"""
The rules about the source server and its instance as they stand now.

Every rule names what passes and what time may cure; whatever else MGN or EC2
may say, values unknown today included, blocks.
"""

from datetime import datetime, timedelta

from .evidence import Evidence
from .source_server import CUTTING_OVER
from .verdict import Opinion, Terms, blocks, passes, waits


def lifecycle(evidence: Evidence, _terms: Terms, _now: datetime) -> Opinion:
    """Require a cutover in progress: only that can be finalized."""
    state = evidence.server.state
    if state == CUTTING_OVER:
        return passes(f"its lifecycle state is {CUTTING_OVER}")
    return blocks(f"its lifecycle state is {state}, not {CUTTING_OVER}")


def not_archived(evidence: Evidence, _terms: Terms, _now: datetime) -> Opinion:
    """Refuse an archived server, which is out of everybody's sight."""
    return blocks("it is archived") if evidence.server.is_archived else passes("it is not archived")


def first_boot(evidence: Evidence, _terms: Terms, _now: datetime) -> Opinion:
    """Require that MGN has seen the instance boot (AWS does not explain the values; their meaning is inferred)."""
    boot = evidence.server.launched_instance.first_boot if evidence.server.launched_instance else None
    if boot == "SUCCEEDED":
        return passes("its first boot SUCCEEDED")
    if boot in {"WAITING", "UNKNOWN", None}:
        return waits(f"its first boot is {boot or 'UNKNOWN'}, not SUCCEEDED")
    return blocks(f"its first boot is {boot}, not SUCCEEDED")


def mgn_checks(evidence: Evidence, _terms: Terms, _now: datetime) -> Opinion:
    """Require that MGN's own checks of the launched instance passed, where it made any."""
    checks = evidence.server.launched_instance.checks if evidence.server.launched_instance else ()
    open_checks = [(name, status) for name, status in checks if status != "PASSED"]
    words = ", ".join(f"{name} {status}" for name, status in open_checks)
    if not open_checks:
        return passes(f"all of MGN's {len(checks)} checks passed" if checks else "MGN made no checks")
    if {status for _, status in open_checks} == {"PENDING"}:
        return waits(f"MGN's checks are pending: {words}")
    return blocks(f"MGN's checks have not passed: {words}")


def instance_status(evidence: Evidence, terms: Terms, _now: datetime) -> Opinion:
    """Require that EC2 says the instance runs and both of its status checks are ok."""
    instance_id, status = evidence.server.instance_id, evidence.instance
    if instance_id is None:
        return waits("it has no instance yet") if evidence.is_launching else blocks("it has no instance")
    if status is None and "instance-status" in terms.waived:
        return blocks(f"EC2 was not asked about {instance_id}")
    if status is None:
        return blocks(f"EC2 does not know its instance {instance_id}")
    checks = {status.system, status.instance}
    words = f"its instance {instance_id} is {status.state}, its status checks {status.system} and {status.instance}"
    if status.state == "running" and checks == {"ok"}:
        return passes(words)
    if status.state == "pending" or (
        status.state == "running" and checks <= {"ok", "initializing", "insufficient-data"}
    ):
        return waits(words)
    return blocks(words)


def soak(evidence: Evidence, terms: Terms, now: datetime) -> Opinion:
    """Require that the launch is old enough, counted from the job's end: only then can the instance be tried out."""
    if not terms.soak_minutes:
        return passes("no soak time is asked for")
    launched_at = evidence.job.ended_at if evidence.job else None
    if launched_at is None:
        words = f"it is not known when its launch ended, and {terms.soak_minutes} minutes of soak are asked for"
        return waits(words) if evidence.is_launching else blocks(words)
    minutes = int((now - launched_at) / timedelta(minutes=1))
    words = f"it was launched {minutes} minutes ago, and {terms.soak_minutes} minutes of soak are asked for"
    return passes(words) if now - launched_at >= timedelta(minutes=terms.soak_minutes) else waits(words)


def approval(evidence: Evidence, terms: Terms, _now: datetime) -> Opinion:
    """Require that a person has approved it by tag, where somebody asks for that."""
    if terms.approval is None:
        return passes("no approval tag is asked for")
    if terms.approval.is_on(evidence.server.tags):
        return passes(f"it carries the approval tag {terms.approval.key}")
    return blocks(f"it does not carry the approval tag {terms.approval.key}")
