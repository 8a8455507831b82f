"""
A second implementation of the readiness rules, on the simulated state.

It shares no code with the function's own rules, so that a mistake in one of the two is detected.
"""

from tests.simulation.aws.invocation import Asked, Sight
from tests.simulation.aws.truth import APPROVED, Instance, Launch, Launched, Server
from tests.simulation.watch.acceptance import PASS, verdicts

# For an instance that an older test launched.
OF_OTHERS = "CLEANUP_FAIL"
NEWS = ("_START", "_END")


def broken_rules(sight: Sight, asked: Asked, now: float) -> list[str]:
    """
    Return the rules that keep the server in *sight* from being finalized for who *asked*; empty if it is ready.

    Args:
        now: When it is to be finalized, in seconds.
    """
    excused = asked.waived - {"lifecycle", "not-archived", "hold"}
    return [rule for rule, holds in _holds(sight, asked, now).items() if not holds and rule not in excused]


def is_approved(server: Server, asked: Asked) -> bool:
    """Return whether a person approved *server* for automation: its launched instance, or the server for ever."""
    if asked.approves_instance:
        return server.launched is not None and server.approval == server.launched.instance_id
    return server.approval == APPROVED


def _holds(sight: Sight, asked: Asked, now: float) -> dict[str, bool]:
    server, launched, health = sight.server, sight.server.launched, sight.instance
    launch = sight.job.launches.get(server.id) if sight.job else None
    return {
        "lifecycle": server.state == "CUTTING_OVER",
        "not-archived": not server.is_archived,
        "hold": server.hold is None,
        "not-before": _is_not_postponed(server, now),
        "cutover-job": _went_well(sight),
        "job-log": _log_is_good(sight),
        "launched-instance": launched is not None and _is_of_this_cutover(sight, launched),
        "first-boot": launched is not None and launched.first_boot == "SUCCEEDED",
        "mgn-checks": launched is None or all(status == "PASSED" for _, status in launched.checks),
        "instance-present": health is not None and health.state in {"pending", "running", "stopping", "stopped"},
        "post-launch-actions": launch is not None and _actions_are_done(launch),
        "instance-status": health is not None and _is_healthy(health),
        "soak": not asked.soak_minutes or _is_old_enough(sight, asked.soak_minutes, now),
        "approval": not asked.needs_approval or is_approved(server, asked),
        **{rule: verdict == PASS for rule, verdict in verdicts(sight, asked, now).items()},
    }


def _is_not_postponed(server: Server, now: float) -> bool:
    if server.not_before is None:
        return True
    return server.not_before.at is not None and now >= server.not_before.at


def _is_healthy(health: Instance) -> bool:
    checks = (health.state, health.system, health.instance, health.attached_ebs)
    return checks == ("running", "ok", "ok", "ok") and health.application != "impaired"


def _log_is_good(sight: Sight) -> bool:
    """Return whether the log of a listed job has lines, and only starts and ends."""
    for event, about, error in sight.log or ():
        is_about_us = about in ("", None) or about == sight.server.id
        is_news = event.endswith(NEWS)
        if is_about_us and event != OF_OTHERS and (error or not is_news):
            return False
    return bool(sight.job and sight.log)


def _is_of_this_cutover(sight: Sight, launched: Launched) -> bool:
    cutover, job = sight.server.cutover, sight.job
    if cutover is None or job is None or not cutover.job_id == job.id == launched.job_id:
        return False
    if job.named_twice == sight.server.id and int(job.id[-1]) % 2 == 0:
        return False  # the entry without an instance is the last one, which counts
    launch = job.launches.get(sight.server.id)
    return launch is not None and launch.instance_id == launched.instance_id


def _went_well(sight: Sight) -> bool:
    cutover, job = sight.server.cutover, sight.job
    if cutover is None or job is None or cutover.job_id != job.id:
        return False
    if cutover.reverted_at is not None and cutover.reverted_at >= cutover.initiated_at:
        return False
    if cutover.oddity in {"reverted undated", "finalized before"} or cutover.finalized_at is not None:
        return False
    if job.named_twice == sight.server.id or (job.known_end or cutover.initiated_at) < cutover.initiated_at:
        return False
    launch = job.launches.get(sight.server.id)
    return (job.type, job.initiated_by, job.status) == ("LAUNCH", "START_CUTOVER", "COMPLETED") and (
        launch is not None and launch.status == "LAUNCHED"
    )


def _actions_are_done(launch: Launch) -> bool:
    return all(status == "SUCCESS" or (status == "FAILED" and must is False) for _, status, must in launch.actions)


def _is_old_enough(sight: Sight, minutes: int, now: float) -> bool:
    since = sight.job.known_end if sight.job else None
    return since is not None and now - since >= minutes * 60
