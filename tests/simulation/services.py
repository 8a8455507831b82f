"""MGN, EC2, a clock and an event bus in memory: they return the simulated state, with delays and faults."""

import random
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from finalize_cutover.cutover.errors import ConflictError, CutoverError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.evidence import CutoverJob, InstanceStatus, JobEvent
from finalize_cutover.cutover.ports import Found, Services
from finalize_cutover.cutover.report import Report
from finalize_cutover.cutover.source_server import SourceServer
from tests.simulation.machines import Machine
from tests.unit.builders import NOW

# Rates of faults in calls: before the effect, after it, or the end of the whole function.
READS_FAIL, WRITES_FAIL = 0.06, 0.4
BEFORE = {
    "throttled": lambda: MgnUnavailableError("Rate exceeded.", is_throttled=True),
    "broken": lambda: MgnUnavailableError("An internal error has occurred."),
    "denied": lambda: MgnRefusedError("Not authorized."),
    "busy": lambda: ConflictError("Another change is in progress.", http_status=409),
}
AFTER = ("lost", "killed")


class Killed(BaseException):
    """Lambda ended the function in the middle, as after a timeout: the function's code must not catch it."""


class SimulatedAws:
    """
    The ports of the core, over *machines*.

    Attributes:
        meanwhile: Called between a read and the following write, to let other people and invocations act.

        crimes: Finalizations that should never have happened.

        told: The events on the bus.
    """

    def __init__(self, machines: Collection[Machine], chance: random.Random) -> None:
        self.machines = {machine.id: machine for machine in machines}
        self.clock = self
        self.services = Services(mgn=self, instances=self, clock=self)  # type: ignore[arg-type] # no groups, no archive
        self.is_faulty = True
        self.meanwhile: Callable[[], None] = lambda: None
        self.crimes: list[str] = []
        self.told: list[Report] = []
        self.faults: list[str] = []
        self._chance = chance
        self._lock = threading.Lock()
        self._now = NOW

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        """Do not move the clock: several threads sleep, and the result must not depend on their order."""

    def pass_time(self, minutes: float) -> None:
        self._now += timedelta(minutes=minutes)

    def describe(self, server_ids: Collection[str], *, within: timedelta | None = None) -> Found[SourceServer]:  # noqa: ARG002 - takes no time
        # A read of one server can come from any thread, and must not use the random numbers of another server.
        chance = self.machines[next(iter(server_ids))].chance if len(server_ids) == 1 else self._chance
        with self._lock:
            self._spoil("DescribeSourceServers", chance, list(BEFORE)[:3])
            return Found(items={id_: self.machines[id_].read().server for id_ in server_ids if id_ in self.machines})

    def in_state(self, state: str, *, archived_too: bool = False) -> Found[SourceServer]:  # noqa: ARG002 - no server is archived
        with self._lock:
            self._spoil("DescribeSourceServers", self._chance, list(BEFORE)[:3])
            servers = [machine.read().server for machine in self.machines.values()]
            return Found(items={server.id: server for server in servers if server.state == state})

    def describe_jobs(self, job_ids: Collection[str]) -> Found[CutoverJob]:
        with self._lock:
            self._spoil("DescribeJobs", self._chance, list(BEFORE)[:3])
            jobs = [machine.read().job for machine in self.machines.values()]
            return Found(items={job.id: job for job in jobs if job and job.id in job_ids})

    def job_log(self, job_id: str) -> tuple[JobEvent, ...]:
        with self._lock:
            self._spoil("DescribeJobLogItems", self._chance, list(BEFORE)[:3])
            found = [machine.read() for machine in self.machines.values()]
            return tuple(
                line for evidence in found if evidence.job and evidence.job.id == job_id for line in evidence.log
            )

    def statuses(self, instance_ids: Collection[str]) -> Found[InstanceStatus]:
        with self._lock:
            self._spoil("DescribeInstanceStatus", self._chance, list(BEFORE)[:3])
            found = {e.server.instance_id: e.instance for e in (m.read() for m in self.machines.values())}
        self.meanwhile()
        return Found(items={id_: status for id_ in instance_ids if (status := found.get(id_))})

    def managed(self) -> tuple[Any, ...]:
        return ()

    def finalize(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        with self._lock:
            before_send()
            machine = self.machines[server_id]
            fault = self._spoil("FinalizeCutover", machine.chance, [*BEFORE, *AFTER])
            if machine.state != "CUTTING_OVER":
                raise ConflictError(f"Cannot FinalizeCutover for a {machine.state} server.", http_status=409)
            if not machine.may_be_finalized:
                self.crimes.append(f"{server_id} was finalized: {machine}")
            machine.finalize(self._now, "us")
            if fault == "killed":
                raise Killed
            if fault == "lost":
                machine.stale_reads = machine.chance.choice([0, 0, 1, 4])
                raise MgnUnavailableError("The connection was closed.")
            return machine.read().server

    def publish(self, reports: Collection[Report]) -> dict[str, str]:
        with self._lock:
            try:
                self._spoil("PutEvents", self._chance, list(BEFORE)[:3])
            except CutoverError as error:
                return {report.source_server_id: str(error) for report in reports}
            self.told += reports
            return {}

    def _spoil(self, operation: str, chance: random.Random, kinds: list[str]) -> str | None:
        """Raise the fault that *chance* draws for this call, or return the fault to raise after its effect."""
        rate = WRITES_FAIL if operation == "FinalizeCutover" else READS_FAIL
        if not self.is_faulty or chance.random() >= rate:
            return None
        fault = chance.choice(kinds)
        self.faults.append(f"{operation} {fault}")
        if fault in BEFORE:
            make = BEFORE[fault]
            raise make()
        return fault
