"""
The rules about the cutover's launch: its job, the job's log, the instance, the actions run on it.

Every rule names what passes and what time may cure; whatever else MGN may say,
values unknown today included, blocks.
"""

from datetime import datetime

from finalize_cutover.cutover.evidence import CutoverJob, Evidence, JobEvent, PostLaunchAction
from finalize_cutover.cutover.readiness.finding import Finding, blocks, passes, waits
from finalize_cutover.cutover.source_server import LastCutover

from .policy import ReadinessPolicy

# What the API's model knows; MGN writes others, too, such as LAUNCH_END.
# https://docs.aws.amazon.com/mgn/latest/APIReference/API_JobLog.html
KNOWN_EVENTS = frozenset(
    {
        *("JOB_START", "SERVER_SKIPPED", "CLEANUP_START", "CLEANUP_END", "CLEANUP_FAIL", "SNAPSHOT_START"),
        *("SNAPSHOT_END", "SNAPSHOT_FAIL", "USING_PREVIOUS_SNAPSHOT", "CONVERSION_START", "CONVERSION_END"),
        *("CONVERSION_FAIL", "LAUNCH_START", "LAUNCH_FAILED", "JOB_CANCEL", "JOB_END"),
    }
)
# It concerns the instance of an older test, which a cutover launch removes first.
HARMLESS = "CLEANUP_FAIL"


def cutover_job(evidence: Evidence, _terms: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that the last cutover was started, not undone, and that its job launched this server."""
    cutover, job, launch = evidence.server.last_cutover, evidence.job, evidence.launch
    if cutover is None or cutover.job_id is None:
        return blocks("no cutover was ever started")
    if odd := _odd_date(cutover) or (_odd_job(job, evidence.server.id, cutover) if job else ""):
        return blocks(odd)
    if job is None:
        return blocks(f"MGN does not know its cutover job {cutover.job_id}")
    if launch is None and not job.is_running:
        return blocks(f"its cutover job {job.id} does not include it")
    return _launch(job, launch.status if launch else None)


def _odd_date(cutover: LastCutover) -> str:
    """Return what is said about the end of a cutover that is not to have ended; empty if nothing is."""
    if cutover.is_reverted:
        is_dated = cutover.reverted_at is not None and cutover.initiated_at is not None
        return "its last cutover was reverted" + ("" if is_dated else ", at a time that cannot be read")
    return "MGN says that its last cutover was finalized before" if cutover.has_finalized else ""


def _odd_job(job: CutoverJob, server_id: str, cutover: LastCutover) -> str:
    """Return what makes *job* no cutover launch of the source server; empty if nothing does."""
    if (job.type, job.initiated_by) != ("LAUNCH", "START_CUTOVER"):
        return f"its job {job.id} is a {job.type} by {job.initiated_by}, not a LAUNCH by START_CUTOVER"
    if server_id in job.named_twice:
        return f"its cutover job {job.id} names it more than once"
    if job.ended_at and cutover.initiated_at and job.ended_at < cutover.initiated_at:
        return f"its cutover job {job.id} ended before the cutover was started"
    return ""


def _launch(job: CutoverJob, status: str | None) -> Finding:
    if job.status == "COMPLETED" and status == "LAUNCHED":
        return passes(f"its cutover job {job.id} COMPLETED and LAUNCHED it")
    if status in {"PENDING", "IN_PROGRESS"} and (job.is_running or job.status == "COMPLETED"):
        return waits(f"its launch by cutover job {job.id} is {status}")
    # A job that has just been asked for may not say yet what becomes of each server.
    if status in {"LAUNCHED", None} and job.is_running:
        return waits(f"its cutover job {job.id} is {job.status}")
    return blocks(f"its cutover job {job.id} is {job.status} and its launch {status}")


def job_log(evidence: Evidence, _terms: ReadinessPolicy, _now: datetime) -> Finding:
    """Read in the job's log what its status hides; a line that names no server concerns every one."""
    lines = [line for line in evidence.log if line.server_id in {None, evidence.server.id}]
    if failures := [_named(line) for line in lines if not _is_harmless(line)]:
        return blocks(f"the log of its cutover job has {', '.join(dict.fromkeys(failures))}")
    unusual = [line for line in lines if line.event not in KNOWN_EVENTS or line.event == HARMLESS]
    warnings = dict.fromkeys(
        f"The log of its cutover job has {_named(line)}, which is not counted." for line in unusual
    )
    return passes("the log of its cutover job has no failure", tuple(warnings))


def _is_harmless(line: JobEvent) -> bool:
    """Whether *line* says that something began or ended, and nothing else, or what is harmless."""
    return line.event == HARMLESS or (line.event.endswith(("_START", "_END")) and not line.has_error)


def _named(line: JobEvent) -> str:
    number, most = line.attempt
    attempt = "" if number is None else f", attempt {number}" + ("" if most is None else f" of {most}")
    # Of any other event its name says so.
    error = ", with an error" if line.has_error and line.event.endswith(("_START", "_END")) else ""
    return f"{line.event}{f' ({(attempt + error)[2:]})' if attempt or error else ''}"


def launched_instance(evidence: Evidence, _terms: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that the instance that would go live is the one that the last cutover launched."""
    instance, job_id, launch = evidence.server.launched_instance, evidence.server.cutover_job_id, evidence.launch
    ours = instance is not None and instance.id is not None and instance.job_id == job_id
    named = launch.instance_id if launch else None
    if instance and ours and instance.id == named:
        return passes(f"{instance.id} was launched by its last cutover")
    if evidence.is_launching and not (ours and named):
        # A test instance may still be listed until the cutover job has removed it, and the job may name its own later.
        return waits("its instance has not been launched yet")
    if instance is None or instance.id is None:
        return blocks("it has no launched instance")
    if not ours:
        return blocks(f"its instance {instance.id} was launched by {instance.job_id}, not by its last cutover {job_id}")
    return blocks(f"its instance {instance.id} is not the one its cutover job names")


def post_launch_actions(evidence: Evidence, _terms: ReadinessPolicy, _now: datetime) -> Finding:
    """Require that no action is still running, and that none has failed that must succeed."""
    actions = evidence.launch.actions if evidence.launch else ()
    if fatal := [words for action in actions if (words := _fatal(action))]:
        return blocks(f"its post-launch action {', '.join(fatal)}")
    if running := [action.name for action in actions if action.status in {"IN_PROGRESS", None}]:
        return waits(f"its post-launch action {', '.join(running)} has not ended")
    if failed := [action.name for action in actions if action.status == "FAILED"]:
        return passes(f"only post-launch actions that need not succeed failed: {', '.join(failed)}")
    return passes(f"all {len(actions)} post-launch actions succeeded" if actions else "it has no post-launch actions")


def _fatal(action: PostLaunchAction) -> str | None:
    """Return what is wrong with *action* that neither time nor its being optional excuses; None if nothing is."""
    if action.status == "FAILED" and action.must_succeed is None:
        return f"{action.name} FAILED, and MGN does not say whether it must succeed"
    if action.status == "FAILED":
        return f"{action.name} FAILED and must succeed" if action.must_succeed else None
    return None if action.status in {"SUCCESS", "IN_PROGRESS", None} else f"{action.name} is {action.status}"
