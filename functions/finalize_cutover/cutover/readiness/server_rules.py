"""
The rules about the current state of the source server and its instance.

Every rule lists the values for PASS and WAIT.  All other values block,
including values that AWS adds later.
"""

from datetime import datetime, timedelta

from finalize_cutover.cutover.evidence import Evidence, InstanceStatus
from finalize_cutover.cutover.readiness.finding import Finding, blocks, passes, waits
from finalize_cutover.cutover.source_server import CUTTING_OVER

from .hints import EC2_NOT_ASKED, LIFECYCLE_HINTS
from .policy import ReadinessPolicy

# Results of a status check that can still become ok.
CURABLE = frozenset({"ok", "initializing", "insufficient-data"})


def lifecycle(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require a cutover in progress: MGN cannot finalize any other state."""
    state = evidence.server.state
    if state == CUTTING_OVER:
        return passes(f"its lifecycle state is {CUTTING_OVER}")
    return blocks(f"its lifecycle state is {state}, not {CUTTING_OVER}", hint=LIFECYCLE_HINTS.get(state or "", ""))


def not_archived(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Refuse an archived server, because MGN hides it from the list of active servers."""
    if evidence.server.is_archived is None:
        return blocks("MGN does not say whether it is archived")
    return blocks("it is archived") if evidence.server.is_archived else passes("it is not archived")


def first_boot(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require a successful first boot (AWS does not document the values; their meaning is inferred)."""
    boot = evidence.server.launched_instance.first_boot if evidence.server.launched_instance else None
    if boot == "SUCCEEDED":
        return passes("its first boot SUCCEEDED")
    if boot in {"WAITING", "UNKNOWN", None}:
        return waits(f"its first boot is {boot or 'UNKNOWN'}, not SUCCEEDED")
    return blocks(f"its first boot is {boot}, not SUCCEEDED")


def mgn_checks(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that all of MGN's own checks of the launched instance passed, if MGN ran any."""
    checks = evidence.server.launched_instance.checks if evidence.server.launched_instance else ()
    open_checks = [check for check in checks if check.status != "PASSED"]
    words = ", ".join(
        f"{check.name} {check.status}{f' ({check.error})' if check.error else ''}" for check in open_checks
    )
    if not open_checks:
        return passes(f"all {len(checks)} MGN checks passed" if checks else "MGN ran no checks")
    if {check.status for check in open_checks} == {"PENDING"}:
        return waits(f"MGN's checks are pending: {words}")
    return blocks(f"MGN's checks have not passed: {words}")


def instance_present(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that EC2 knows the instance and that it is not being terminated: it is the only copy that remains."""
    instance_id, status = evidence.server.instance_id, evidence.instance
    if instance_id is None:
        return _no_instance(evidence)
    if not evidence.is_instance_read:
        return blocks(f"EC2 could not be asked for its instance {instance_id}", hint=EC2_NOT_ASKED)
    if status is None:
        return blocks(f"EC2 does not list its instance {instance_id}")
    words = f"its instance {instance_id} is {status.state}"
    return passes(words) if status.exists else blocks(words)


def instance_status(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that the instance is running, and that no EC2 status check of it has failed."""
    instance_id, status = evidence.server.instance_id, evidence.instance
    if instance_id is None:
        return _no_instance(evidence)
    if status is None:
        return blocks(f"the EC2 status of its instance {instance_id} is unknown")
    checks = _checks(status)
    results = f"{', '.join(map(str, checks[:-1]))} and {checks[-1]}"
    words = f"its instance {instance_id} is {status.state}, its status checks are {results}"
    if status.application == "impaired":
        return blocks(f"{words}, its application status is impaired")
    warnings = tuple(f"EC2 has scheduled {code} for its instance {instance_id}." for code in status.scheduled_events)
    if status.state == "running" and set(checks) == {"ok"}:
        return passes(words, warnings)
    if status.state == "pending" or (status.state == "running" and set(checks) <= CURABLE):
        return waits(words)
    return blocks(words)


def _no_instance(evidence: Evidence) -> Finding:
    return waits("it has no instance yet") if evidence.is_launching else blocks("it has no instance")


def _checks(status: InstanceStatus) -> list[str | None]:
    """Return the results of the status checks that EC2 made: system, instance, and attached EBS where it applies."""
    attached_ebs = [] if status.attached_ebs in {None, "not-applicable"} else [status.attached_ebs]
    return [status.system, status.instance, *attached_ebs]


def soak(evidence: Evidence, policy: ReadinessPolicy, now: datetime) -> Finding:
    """Require the minimum age of the launch, counted from the end of the job: the instance can be tested from then."""
    if not policy.soak_minutes:
        return passes("no soak time is required")
    soak_time = timedelta(minutes=policy.soak_minutes)
    launched_at = evidence.job.ended_at if evidence.job else None
    if launched_at is None:
        words = f"it is unknown when its launch ended, and the soak time is {_minutes(soak_time)}"
        return waits(words, passes_at=now + soak_time) if evidence.is_launching else blocks(words)
    words = f"it was launched {_minutes(now - launched_at)} ago, and the soak time is {_minutes(soak_time)}"
    passes_at = launched_at + soak_time
    return passes(words) if now >= passes_at else waits(words, passes_at=passes_at)


def _minutes(duration: timedelta) -> str:
    minutes = int(duration / timedelta(minutes=1))
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
