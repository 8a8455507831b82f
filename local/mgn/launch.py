"""
The steps of a LAUNCH job for one source server, as scheduled effects.

The call sets ``CUTTING_OVER`` before any instance exists.  A job ends as COMPLETED even if a launch failed.  Inferred:
a failed launch sets the server to READY_FOR_CUTOVER.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local.clock import CLOCK

from . import instances, launch_plans
from .documents import Document
from .jobs import Job
from .source_servers import SourceServer

Step = tuple[float, Callable[[], None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """The launch of *server* by *job*, in this account and Region; *owner* is the backend that schedules the steps."""

    job: Job
    server: SourceServer
    account: str
    region: str
    owner: object

    def begin(self) -> None:
        """Schedule every step of the launch, starting now."""
        moment = CLOCK.now()
        for seconds, step in self._steps():
            moment += timedelta(seconds=seconds)
            CLOCK.put_off(moment, step, owner=self.owner)

    def _steps(self) -> Iterator[Step]:
        """Yield ``(seconds after the previous step, step)``."""
        plan = self.server.plan
        yield launch_plans.STARTING, self._start
        if "launchedInstance" in self.server.document:
            yield 0, self._log("CLEANUP_START")
            yield launch_plans.CLEANUP, self._clean_up
        yield 0, self._log("SNAPSHOT_START")
        yield from self._snapshot_steps()
        yield 0, self._log("CONVERSION_START")
        if plan.fails_at == "conversion":
            yield launch_plans.CONVERSION, self._fail("CONVERSION_FAIL")
            return
        yield launch_plans.CONVERSION, self._log("CONVERSION_END")
        yield 0, self._log("LAUNCH_START")
        if plan.fails_at == "launch":
            yield 0, self._fail("LAUNCH_FAILED")
            return
        yield 0, self._run_instance
        yield launch_plans.LAUNCH, self._end
        yield plan.boot_seconds, self._boot
        yield plan.action_seconds, self._finish_actions

    def _snapshot_steps(self) -> Iterator[Step]:
        if self.server.plan.snapshot == "previous":
            yield launch_plans.FAILING_SNAPSHOT, self._log("SNAPSHOT_FAIL", rawError="Snapshot timed out.")
            yield 0, self._log("USING_PREVIOUS_SNAPSHOT")
        else:
            yield launch_plans.SNAPSHOT, self._log("SNAPSHOT_END")

    @property
    def _entry(self) -> Document:
        return self.job.participants[self.server.id]

    def _log(self, event: str, **data: Any) -> Callable[[], None]:
        return lambda: self.job.note(event, sourceServerID=self.server.id, **data)

    def _start(self) -> None:
        self.job.start()
        self._entry["launchStatus"] = "IN_PROGRESS"

    def _clean_up(self) -> None:
        """Terminate the previously launched instance: MGN keeps one at a time."""
        before = self.server.document.pop("launchedInstance", {})
        is_terminated = instances.terminate(self.account, self.region, before.get("ec2InstanceID", ""))
        # Inferred: MGN launches even so.
        self._log("CLEANUP_END" if is_terminated else "CLEANUP_FAIL")()

    def _fail(self, event: str) -> Callable[[], None]:
        def fail() -> None:
            self._log(event, rawError="Simulated launch failure.")()
            self._entry["launchStatus"] = "FAILED"
            if self.server.state == "CUTTING_OVER":
                self.server.state = "READY_FOR_CUTOVER"
            self.job.end_if_done()

        return fail

    def _run_instance(self) -> None:
        name = self.server.document["sourceProperties"]["identificationHints"]["hostname"]
        instance_id = instances.launch(
            self.account, self.region, name=name, server_id=self.server.id, job_id=self.job.id
        )
        self._entry["launchedEc2InstanceID"] = instance_id
        self.server.document["launchedInstance"] = {
            "ec2InstanceID": instance_id,
            "jobID": self.job.id,
            "firstBoot": "WAITING",
        }

    def _end(self) -> None:
        # Observed in a real log: MGN writes LAUNCH_END, although its API model lacks it.
        self._log("LAUNCH_END", targetInstanceID=self._entry["launchedEc2InstanceID"])()
        self._entry["launchStatus"] = "LAUNCHED"
        if self.server.plan.actions:
            self._set_actions(lambda _: "IN_PROGRESS")
        self.job.end_if_done()

    def _boot(self) -> None:
        """End the first boot, unless the instance has been replaced meanwhile."""
        launched = self.server.document.get("launchedInstance", {})
        if launched.get("jobID") != self.job.id:
            return
        launched["firstBoot"] = self.server.plan.first_boot
        instance = instances.find(self.account, self.region, launched["ec2InstanceID"])
        if instance and self.server.plan.first_boot == "SUCCEEDED":
            plan = self.server.plan
            instances.set_status(instance, instance=plan.instance_status, system=plan.system_status)

    def _finish_actions(self) -> None:
        if self.server.plan.actions:
            self._set_actions(lambda action: str(action.get("executionStatus", "SUCCESS")))

    def _set_actions(self, status: Callable[[Document], str]) -> None:
        self._entry["postLaunchActionsStatus"] = {
            "ssmAgentDiscoveryDatetime": CLOCK.now(),
            "postLaunchActionsLaunchStatusList": [
                _action(action, status(action)) for action in self.server.plan.actions
            ],
        }


def _action(action: Document, status: str) -> Document:
    """Return *action* as an entry of ``postLaunchActionsLaunchStatusList``."""
    document = {
        "actionName": action["actionName"],
        "ssmDocumentName": action.get("ssmDocumentName", "AWS-RunShellScript"),
        "timeoutSeconds": action.get("timeoutSeconds", 600),
        "mustSucceedForCutover": action.get("mustSucceedForCutover", False),
    }
    entry = {"ssmDocument": document, "ssmDocumentType": "COMMAND", "executionStatus": status}
    if status == "FAILED":
        entry["failureReason"] = action.get("failureReason", "The action exited with status 1.")
    return entry
