"""
The rules about the source server and its instance as they stand now.

Every rule names what passes and what time may cure; whatever else MGN or EC2
may say, values unknown today included, blocks.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.readiness.finding import Finding, Verdict, blocks, passes, waits
from finalize_cutover.cutover.source_server import CUTTING_OVER

from .policy import ReadinessPolicy


def lifecycle(evidence: Evidence, _terms: ReadinessPolicy, _now: datetime) -> Finding:
    """Require a cutover in progress: only that can be finalized."""
    state = evidence.server.state
    if state == CUTTING_OVER:
        return passes(f"its lifecycle state is {CUTTING_OVER}")
    return blocks(f"its lifecycle state is {state}, not {CUTTING_OVER}")


def not_archived(evidence: Evidence, _terms: ReadinessPolicy, _now: datetime) -> Finding:
    """Refuse an archived server, which is out of everybody's sight."""
    return blocks("it is archived") if evidence.server.is_archived else passes("it is not archived")


def first_boot(evidence: Evidence, _terms: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that MGN has seen the instance boot (AWS does not explain the values; their meaning is inferred)."""
    boot = evidence.server.launched_instance.first_boot if evidence.server.launched_instance else None
    if boot == "SUCCEEDED":
        return passes("its first boot SUCCEEDED")
    if boot in {"WAITING", "UNKNOWN", None}:
        return waits(f"its first boot is {boot or 'UNKNOWN'}, not SUCCEEDED")
    return blocks(f"its first boot is {boot}, not SUCCEEDED")


def mgn_checks(evidence: Evidence, _terms: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that MGN's own checks of the launched instance passed, where it made any."""
    checks = evidence.server.launched_instance.checks if evidence.server.launched_instance else ()
    open_checks = [(name, status) for name, status in checks if status != "PASSED"]
    words = ", ".join(f"{name} {status}" for name, status in open_checks)
    if not open_checks:
        return passes(f"all of MGN's {len(checks)} checks passed" if checks else "MGN made no checks")
    if {status for _, status in open_checks} == {"PENDING"}:
        return waits(f"MGN's checks are pending: {words}")
    return blocks(f"MGN's checks have not passed: {words}")


def instance_status(evidence: Evidence, policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that EC2 says the instance runs and both of its status checks are ok."""
    instance_id, status = evidence.server.instance_id, evidence.instance
    if instance_id is None:
        return waits("it has no instance yet") if evidence.is_launching else blocks("it has no instance")
    if status is None and "instance-status" in policy.waived:
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


def soak(evidence: Evidence, policy: ReadinessPolicy, now: datetime) -> Finding:
    """Require that the launch is old enough, counted from the job's end: only then can the instance be tried out."""
    if not policy.soak_minutes:
        return passes("no soak time is asked for")
    launched_at = evidence.job.ended_at if evidence.job else None
    if launched_at is None:
        words = f"it is not known when its launch ended, and {policy.soak_minutes} minutes of soak are asked for"
        return waits(words) if evidence.is_launching else blocks(words)
    minutes = int((now - launched_at) / timedelta(minutes=1))
    words = f"it was launched {minutes} minutes ago, and {policy.soak_minutes} minutes of soak are asked for"
    return passes(words) if now - launched_at >= timedelta(minutes=policy.soak_minutes) else waits(words)


def approval(evidence: Evidence, policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that a person has approved it: by tag, or by name together with its instance, or both."""
    opinions = [*_approved_by_tag(evidence, policy), *_approved_by_name(evidence, policy)]
    objections = [opinion for opinion in opinions if opinion.verdict != Verdict.PASS]
    reasons = "; ".join(opinion.reason for opinion in objections or opinions)
    return blocks(reasons) if objections else passes(reasons or "no approval is asked for")


def _approved_by_tag(evidence: Evidence, policy: ReadinessPolicy) -> Iterator[Finding]:
    if policy.approval is None:
        return
    if policy.approval.is_on(evidence.server.tags):
        yield passes(f"it carries the approval tag {policy.approval.key}")
    else:
        yield blocks(f"it does not carry the approval tag {policy.approval.key}")


def _approved_by_name(evidence: Evidence, policy: ReadinessPolicy) -> Iterator[Finding]:
    if policy.approved_instances is None:
        return
    server = evidence.server
    approved = policy.approved_instances.get(server.id)
    if approved is None:
        yield blocks("it is not among what was approved")
    elif server.instance_id == approved:
        yield passes(f"it was approved with its instance {approved}")
    else:
        # A person accepted what ran on that instance; of the one that replaced it, nobody has said anything.
        yield blocks(f"instance {approved} was approved, and it now has {server.instance_id or 'none'}")
