"""
Simulates cutover launches step by step, including failures and flaws.

``CUTTING_OVER`` is set first; a job ends as COMPLETED, successful or not.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.truth import Instance, Job, Launch, Launched, Line
from tests.simulation.virtual.machine import Machine

# At least one flaw for each rule, and some that break no rule.
FLAWS = (
    "old snapshot",
    "cancelled",
    "log of another server",
    "conversion fails",
    "launch fails",
    "test job",
    "terminating job",
    "job is not listed",
    "not in its job",
    "instance of another job",
    "another instance",
    "no instance",
    "boot stops",
    "boot is unknown",
    "check fails",
    "check is pending",
    "action fails",
    "optional action fails",
    "action runs",
    "impaired",
    "volume impaired",
    "log is empty",
    "stopped",
    "terminated",
    "unknown to EC2",
    "unknown state",
    "archived",
    "reverted at once",
    "boot fails",
    "unknown event",
    "raw error",
    "event of nobody",
    "launch end",
    "clean-up fails",
    "log ends in 500",
    "log ends in 404",
    "log ends in 403",
    "reverted undated",
    "reverted is empty",
    "finalized before",
    "named twice",
    "ended before",
    "unknown end",
    "unknown action fails",
)
# Items in the job's log, with their server; None means all servers.
LOGGED: dict[str, tuple[Line, ...]] = {
    "old snapshot": (("SNAPSHOT_FAIL", "it", None), ("USING_PREVIOUS_SNAPSHOT", "it", None)),
    "cancelled": (("JOB_CANCEL", None, None),),
    "log of another server": (("SNAPSHOT_FAIL", "s-somebodyelses0000", None),),
    "conversion fails": (("CONVERSION_FAIL", "it", None),),
    "launch fails": (("LAUNCH_FAILED", "it", None),),
    "boot fails": (("BOOT_FAILED", "it", None),),
    "unknown event": (("snapshot_fail", None, None),),
    "raw error": (("SNAPSHOT_END", "it", "Volume vol-1 was not found."),),
    "event of nobody": (("SNAPSHOT_FAIL", "", None),),
    "launch end": (("LAUNCH_START", "it", None), ("LAUNCH_END", "it", "")),
    "clean-up fails": (("CLEANUP_FAIL", "it", None),),
}
LOG_ERRORS = {
    "log ends in 500": ("InternalServerException", 500),
    "log ends in 404": ("ResourceNotFoundException", 404),
    "log ends in 403": ("AccessDeniedException", 403),
}
Step = tuple[float, Callable[[], object]]


class Launches:
    """
    Attributes:
        launched: Called with a server's ID when MGN publishes that its cutover was launched.

        appeared: Called with an instance's ID when it was created.
    """

    def __init__(self, machine: Machine, chance: random.Random, mgn: Mgn) -> None:
        self.launched: Callable[[str], None] = lambda _server_id: None
        self.appeared: Callable[[str], None] = lambda _instance_id: None
        self._machine = machine
        self._chance = chance
        self._mgn = mgn
        self._count = 0

    def start(self, server_ids: list[str], flaw: str | None) -> None:
        """Start the cutover of all launchable *server_ids*, all of one account; the first one has *flaw*."""
        server_ids = [server_id for server_id in server_ids if self._mgn.may_be_launched(server_id)]
        if not server_ids:
            return
        self._count += 1
        job = Job(
            id=f"mgnjob-{self._count:017}",
            account=self._mgn.servers[server_ids[0]].account,
            type="TERMINATE" if flaw == "terminating job" else "LAUNCH",
            initiated_by="START_TEST" if flaw == "test job" else "START_CUTOVER",
            is_listed=flaw != "job is not listed",
            launches={id_: Launch() for i, id_ in enumerate(server_ids) if i or flaw != "not in its job"},
            named_twice=server_ids[0] if flaw == "named twice" else None,
            is_end_readable=flaw != "unknown end",
            log_error=LOG_ERRORS.get(flaw or ""),
        )
        self._mgn.jobs.put(job.id, job)
        for number, server_id in enumerate(server_ids):
            self._mgn.begin_cutover(server_id, job.id, oddity="" if number else flaw or "")
            moment = 0.0
            for seconds, step in self._steps(server_id, job.id, None if number else flaw):
                moment += seconds
                self._machine.after(moment, partial(self._step, server_id, job.id, step))

    def _step(self, server_id: str, job_id: str, step: Callable[[], object]) -> None:
        cutover = self._mgn.servers[server_id].cutover
        # A server that was reverted, finalized or launched again no longer belongs to this job.
        if (
            cutover
            and cutover.job_id == job_id
            and cutover.finalized_at is None
            and self._mgn.servers[server_id].exists
        ):
            step()

    def _steps(self, server_id: str, job_id: str, flaw: str | None) -> Iterator[Step]:
        """Yield ``(seconds after the previous step, step)``."""
        pause = partial(self._chance.uniform, 0.5, self._chance.choice((2, 20, 60)))
        launch = partial(self._launch, job_id, server_id)
        yield pause(), lambda: self._mgn.jobs.change(job_id, status="STARTED")
        if flaw != "log is empty":
            yield 0, lambda: self._log(job_id, "JOB_START", None, None)
        yield 0, lambda: launch(status="IN_PROGRESS")
        if flaw == "reverted at once":
            yield 0, lambda: self._revert_but_stay(server_id)
        yield pause(), lambda: self._clean_up(server_id)
        yield pause(), lambda: None
        for event, about, error in LOGGED.get(flaw or "", ()):
            yield 0, partial(self._log, job_id, event, server_id if about == "it" else about, error)
        if flaw in {"conversion fails", "launch fails"}:
            yield 0, lambda: launch(status="FAILED")
            yield 0, lambda: self._end_job(job_id, None)
        else:
            yield from self._steps_of_instance(server_id, job_id, flaw, pause)

    def _steps_of_instance(
        self, server_id: str, job_id: str, flaw: str | None, pause: Callable[[], float]
    ) -> Iterator[Step]:
        launch = partial(self._launch, job_id, server_id)
        instance_id = f"i-{job_id[-8:]}{server_id[-9:]}"
        account = self._mgn.servers[server_id].account
        instance = Instance(id=instance_id, account=account, is_known=flaw != "unknown to EC2")
        yield pause(), lambda: self._mgn.instances.put(instance_id, instance)
        yield 0, lambda: self.appeared(instance_id)
        yield 0, lambda: launch(instance_id=f"{instance_id}-other" if flaw == "another instance" else instance_id)
        yield pause(), lambda: self._show(server_id, job_id, instance_id, flaw)
        yield pause(), lambda: launch(status="LAUNCHED", actions=_actions(flaw, "IN_PROGRESS"))
        yield 0, lambda: self._end_job(job_id, flaw)
        yield 0, lambda: self.launched(server_id)
        later = [
            lambda: self._boot(server_id, flaw),
            lambda: self._check(server_id, flaw),
            lambda: launch(actions=_actions(flaw, "SUCCESS")),
            lambda: self._status(instance_id, flaw),
        ]
        self._chance.shuffle(later)
        yield from ((pause(), step) for step in later)
        if flaw == "unknown state":
            yield 0, lambda: self._mgn.servers.change(server_id, state="CUTTING_OVER_ELSEWHERE")
        if flaw == "archived":
            yield 0, lambda: self._mgn.servers.change(server_id, is_archived=True)

    def _clean_up(self, server_id: str) -> None:
        """Terminate the earlier instance, from a test or a reverted cutover."""
        if launched := self._mgn.servers[server_id].launched:
            self._mgn.instances.change(launched.instance_id, state="terminated")
            self._mgn.show_instance(server_id, None)

    def _log(self, job_id: str, event: str, server_id: str | None, raw_error: str | None) -> None:
        self._mgn.jobs.change(job_id, log=(*self._mgn.jobs[job_id].log, (event, server_id, raw_error)))

    def _launch(self, job_id: str, server_id: str, **differences: object) -> None:
        job = self._mgn.jobs[job_id]
        if server_id in job.launches:
            launch = replace(job.launches[server_id], **differences)  # type: ignore[arg-type] # by name
            self._mgn.jobs.change(job_id, launches={**job.launches, server_id: launch})

    def _end_job(self, job_id: str, flaw: str | None) -> None:
        job = self._mgn.jobs[job_id]
        if all(launch.status in {"LAUNCHED", "FAILED"} for launch in job.launches.values()):
            ended_at = -600.0 if flaw == "ended before" else self._machine.now
            self._mgn.jobs.change(job_id, status="COMPLETED", ended_at=ended_at)

    def _show(self, server_id: str, job_id: str, instance_id: str, flaw: str | None) -> None:
        if flaw != "no instance":
            shown = "mgnjob-ofatest0000000000" if flaw == "instance of another job" else job_id
            checks = (("boot", "PENDING"),) if flaw in {"check fails", "check is pending"} else ()
            self._mgn.show_instance(server_id, Launched(instance_id=instance_id, job_id=shown, checks=checks))

    def _boot(self, server_id: str, flaw: str | None) -> None:
        if launched := self._mgn.servers[server_id].launched:
            boot = {"boot stops": "STOPPED", "boot is unknown": "UNKNOWN"}.get(flaw or "", "SUCCEEDED")
            self._mgn.show_instance(server_id, replace(launched, first_boot=boot))

    def _check(self, server_id: str, flaw: str | None) -> None:
        launched = self._mgn.servers[server_id].launched
        if launched and flaw == "check fails":
            self._mgn.show_instance(server_id, replace(launched, checks=(("boot", "FAILED"),)))

    def _status(self, instance_id: str, flaw: str | None) -> None:
        state = {"stopped": "stopped", "terminated": "terminated"}.get(flaw or "", "running")
        status = "impaired" if flaw == "impaired" else "ok"
        attached_ebs = "impaired" if flaw == "volume impaired" else "ok"
        self._mgn.instances.change(instance_id, state=state, system="ok", instance=status, attached_ebs=attached_ebs)

    def _revert_but_stay(self, server_id: str) -> None:
        cutover = self._mgn.servers[server_id].cutover
        assert cutover is not None
        self._mgn.servers.change(server_id, cutover=replace(cutover, reverted_at=self._machine.now))


# Whether the failing action must succeed; None if MGN does not return it.
ACTIONS = {"action fails": True, "optional action fails": False, "action runs": False, "unknown action fails": None}


def _actions(flaw: str | None, status: str) -> tuple[tuple[str, str, bool | None], ...]:
    if flaw not in ACTIONS:
        return ()
    if status == "SUCCESS":
        status = "IN_PROGRESS" if flaw == "action runs" else "FAILED"
    return (("Join the domain", status, ACTIONS[flaw]),)
