"""
The rules about the cutover launch: its job, the job log, the instance and the post-launch actions.

Every rule lists the values for PASS and WAIT.  All other values block,
including values that AWS adds later.
"""

from datetime import datetime

from finalize_cutover.cutover.evidence import CutoverJob, Evidence, JobEvent, PostLaunchAction
from finalize_cutover.cutover.readiness.finding import Finding, blocks, passes, waits
from finalize_cutover.cutover.source_server import LastCutover

from .policy import ReadinessPolicy

# The events in the API model; MGN also writes others, such as LAUNCH_END.
# https://docs.aws.amazon.com/mgn/latest/APIReference/API_JobLog.html
KNOWN_EVENTS = frozenset(
    {
        *("JOB_START", "SERVER_SKIPPED", "CLEANUP_START", "CLEANUP_END", "CLEANUP_FAIL", "SNAPSHOT_START"),
        *("SNAPSHOT_END", "SNAPSHOT_FAIL", "USING_PREVIOUS_SNAPSHOT", "CONVERSION_START", "CONVERSION_END"),
        *("CONVERSION_FAIL", "LAUNCH_START", "LAUNCH_FAILED", "JOB_CANCEL", "JOB_END"),
    }
)
# This event is about the instance of an older test, which a cutover launch removes first.
HARMLESS = "CLEANUP_FAIL"


def cutover_job(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require a last cutover that was not reverted, and a job of it that launched this server."""
    cutover, job, launch = evidence.server.last_cutover, evidence.job, evidence.launch
    if cutover is None or cutover.job_id is None:
        return blocks("no cutover was ever started")
    if odd := _odd_date(cutover) or (_odd_job(job, evidence.server.id, cutover) if job else ""):
        return blocks(odd)
    if job is None:
        return blocks(f"MGN does not list its cutover job {cutover.job_id}")
    if launch is None and not job.is_running:
        return blocks(f"its cutover job {job.id} does not include it")
    return _launch(job, launch.status if launch else None)


def _odd_date(cutover: LastCutover) -> str:
    """Return why *cutover* has already ended; empty if it has not."""
    if cutover.is_reverted:
        is_dated = cutover.reverted_at is not None and cutover.initiated_at is not None
        return "its last cutover was reverted" + ("" if is_dated else " at an unknown time")
    return "MGN shows that its last cutover was finalized before" if cutover.has_finalized else ""


def _odd_job(job: CutoverJob, server_id: str, cutover: LastCutover) -> str:
    """Return why *job* is not a valid cutover launch of the source server; empty if it is."""
    if (job.type, job.initiated_by) != ("LAUNCH", "START_CUTOVER"):
        return f"its job {job.id} is a {job.type} by {job.initiated_by}, not a LAUNCH by START_CUTOVER"
    if server_id in job.named_twice:
        return f"its cutover job {job.id} lists it more than once"
    if job.ended_at and cutover.initiated_at and job.ended_at < cutover.initiated_at:
        return f"its cutover job {job.id} ended before the cutover was started"
    return ""


def _launch(job: CutoverJob, status: str | None) -> Finding:
    if job.status == "COMPLETED" and status == "LAUNCHED":
        return passes(f"its cutover job {job.id} is COMPLETED and its launch status is LAUNCHED")
    if status in {"PENDING", "IN_PROGRESS"} and (job.is_running or job.status == "COMPLETED"):
        return waits(f"its launch status in cutover job {job.id} is {status}")
    # A new job may not have a launch status for each server yet.
    if status in {"LAUNCHED", None} and job.is_running:
        return waits(f"its cutover job {job.id} is {job.status}")
    return blocks(f"its cutover job {job.id} is {job.status} and its launch status is {status}")


def job_log(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require a job log without failures; a line without a server ID applies to every server."""
    if not evidence.log:
        return _no_log(evidence.job)
    lines = [line for line in evidence.log if line.server_id in {None, evidence.server.id}]
    if failures := [_named(line) for line in lines if not _is_harmless(line)]:
        return blocks(f"its cutover job log contains {', '.join(dict.fromkeys(failures))}")
    unusual = map(_named, filter(_is_unusual, lines))
    warnings = dict.fromkeys(f"The cutover job log contains {words}, which does not block." for words in unusual)
    return passes("its cutover job log contains no failure", tuple(warnings))


def telling(log: tuple[JobEvent, ...]) -> tuple[JobEvent, ...]:
    """Return the lines of *log* that ``job_log`` names; if there are none, one line, because an empty log blocks."""
    return tuple(line for line in log if not _is_harmless(line) or _is_unusual(line)) or log[:1]


def _no_log(job: CutoverJob | None) -> Finding:
    if job is None:
        return blocks("there is no cutover job whose log could be read")
    if job.is_running:
        return waits(f"the log of its cutover job {job.id} is still empty")
    return blocks(f"the log of its cutover job {job.id} is empty")


def _is_harmless(line: JobEvent) -> bool:
    """Whether *line* only reports a start or an end without an error, or is the harmless event."""
    return line.event == HARMLESS or (line.event.endswith(("_START", "_END")) and not line.has_error)


def _is_unusual(line: JobEvent) -> bool:
    """Whether *line* does not block, but is worth a warning."""
    return line.event not in KNOWN_EVENTS or line.event == HARMLESS


def _named(line: JobEvent) -> str:
    number, most = line.attempt
    attempt = "" if number is None else f", attempt {number}" + ("" if most is None else f" of {most}")
    # The name of any other event already says that it is an error.
    error = ", with an error" if line.has_error and line.event.endswith(("_START", "_END")) else ""
    return f"{line.event}{f' ({(attempt + error)[2:]})' if attempt or error else ''}"


def launched_instance(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that the last cutover launched the current instance."""
    instance, job_id, launch = evidence.server.launched_instance, evidence.server.cutover_job_id, evidence.launch
    ours = instance is not None and instance.id is not None and instance.job_id == job_id
    named = launch.instance_id if launch else None
    if instance and ours and instance.id == named:
        return passes(f"{instance.id} was launched by its last cutover")
    if evidence.is_launching and not (ours and named):
        # MGN may list a test instance until the cutover job removes it; the job may list its own instance later.
        return waits("its instance has not been launched yet")
    if instance is None or instance.id is None:
        return blocks("it has no launched instance")
    if not ours:
        return blocks(f"its instance {instance.id} was launched by {instance.job_id}, not by its last cutover {job_id}")
    return blocks(f"its instance {instance.id} is not the instance in its cutover job")


def post_launch_actions(evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that no action is still running, and that no action failed that must succeed."""
    if evidence.launch is None:
        unknown = "no cutover job shows its post-launch actions"
        return waits(unknown) if evidence.is_launching else blocks(unknown)
    actions = evidence.launch.actions
    if fatal := [words for action in actions if (words := _fatal(action))]:
        return blocks(f"its post-launch action {', '.join(fatal)}")
    if running := [action.name for action in actions if action.status in {"IN_PROGRESS", None}]:
        return waits(f"its post-launch actions have not ended: {', '.join(running)}")
    if failed := [action.name for action in actions if action.status == "FAILED"]:
        return passes(f"only optional post-launch actions failed: {', '.join(failed)}")
    return passes(f"all {len(actions)} post-launch actions succeeded" if actions else "it has no post-launch actions")


def _fatal(action: PostLaunchAction) -> str | None:
    """Return why *action* blocks, with MGN's reason; None if it does not."""
    because = f" ({action.failure_reason})" if action.failure_reason else ""
    if action.status == "FAILED" and action.must_succeed is None:
        return f"{action.name} FAILED{because}, and it is unknown whether it must succeed"
    if action.status == "FAILED":
        return f"{action.name} FAILED{because} and must succeed" if action.must_succeed else None
    return None if action.status in {"SUCCESS", "IN_PROGRESS", None} else f"{action.name} is {action.status}{because}"
