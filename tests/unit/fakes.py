"""Fakes of the core's ports: they record calls, and fail on request."""

import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from finalize_cutover.cutover.errors import (
    ConflictError,
    CutoverError,
    MgnRefusedError,
    MgnUnavailableError,
    SourceServerNotFoundError,
)
from finalize_cutover.cutover.evidence import CutoverJob, Evidence, InstanceStatus, JobEvent
from finalize_cutover.cutover.finalize.stack_guard import StackGuard
from finalize_cutover.cutover.groups import Group
from finalize_cutover.cutover.ports import Found, Services
from finalize_cutover.cutover.source_server import SourceServer
from tests.unit.builders import NOW, finalized_server

WRITES = {"FinalizeCutover", "MarkAsArchived", "ArchiveApplication", "ArchiveWave"}
# Calls that are made at the same time, in the order in which ``FakeAws.calls`` returns them.
TOGETHER = ("DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus")


class FakeClock:
    """
    A clock that moves only when code sleeps, or when a test moves it.

    Attributes:
        sleeps: Every sleep, in seconds.
    """

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now
        self._effects: list[tuple[datetime, Callable[[], None]]] = []
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        """Move the clock by *seconds*."""
        self._now += timedelta(seconds=seconds)
        due = [effect for moment, effect in self._effects if moment <= self._now]
        self._effects = [entry for entry in self._effects if entry[0] > self._now]
        for effect in due:
            effect()

    def after(self, seconds: float, effect: Callable[[], None]) -> None:
        """Run *effect* *seconds* from now."""
        self._effects.append((self._now + timedelta(seconds=seconds), effect))


class FakeAws:
    """
    MGN and EC2 of one account.  Thread-safe.

    Attributes:
        managed: The accounts of MGN's global view; None if it is off.

        described: The IDs in each call of DescribeSourceServers, in order.

        listed: The application IDs in each call that lists their source servers, in order.

        finalized: The IDs of source servers whose cutover was finalized, once for each time.

        without_effect: IDs of source servers, applications and waves that a write does not change.

        unreadable_servers: ``{source server ID: error when an application's source servers are listed}``.

        archived_groups: IDs of the archived applications and waves; MGN does not check whether they may be archived.

        sizes: ``{application or wave ID: number of members that MGN counts}``, if it differs from those that it lists.

        unreadable_groups: ``{application or wave ID: error when it is listed}``.

        unnamed_applications: Number of applications of a wave that MGN lists without an ID.

        unlisted_groups: IDs of applications and waves that MGN does not list.

        unreadable_logs: ``{job ID: error when its log is read}``.

        before_sending: Called during the preparation of a write, before the sender's last check.
    """

    def __init__(self, *known: Evidence) -> None:
        self.clock = FakeClock()
        self.services = Services(mgn=self, instances=self, clock=self.clock)
        self._calls: list[str] = []
        self.managed: list[str] | None = None
        self.described: list[set[str]] = []
        self.listed: list[set[str]] = []
        self.finalized: list[str] = []
        self.without_effect: set[str] = set()
        self.unreadable_servers: dict[str, CutoverError] = {}
        self.archived_groups: set[str] = set()
        self.sizes: dict[str, int] = {}
        self.unreadable_groups: dict[str, CutoverError] = {}
        self.unlisted_groups: set[str] = set()
        self.unnamed_applications = 0
        self.unreadable_logs: dict[str, CutoverError] = {}
        self.before_sending: Callable[[], None] = lambda: None
        self._known = {evidence.server.id: evidence for evidence in known}
        self._faults: defaultdict[str, list[tuple[CutoverError, bool]]] = defaultdict(list)
        self._seconds: dict[str, float] = {}
        self._lag, self._past = 0, dict(self._known)
        self._before_write: list[Callable[[], None]] = []
        self._lock = threading.RLock()
        self._applications: dict[str, Collection[str]] = {}
        self._waves: dict[str, list[str]] = {}

    def set(self, evidence: Evidence) -> None:
        """Set the state of a source server to *evidence*."""
        self._known[evidence.server.id] = evidence

    def set_finalized(self, server_id: str) -> None:
        """Finalize the cutover of a source server, as another client does."""
        evidence = self._known[server_id]
        self.set(replace(evidence, server=finalized_server(evidence.server, self.clock.now())))

    def take(self, operation: str, seconds: float) -> None:
        """Make every call of *operation* take *seconds* from now on."""
        self._seconds[operation] = seconds

    def forget(self, server_id: str) -> None:
        """Make a source server unknown from now on."""
        del self._known[server_id]

    def group(self, server_ids: Collection[str], *, application: str, wave: str) -> None:
        """Add source servers to an application, and the application to a wave."""
        self._applications[application] = server_ids
        self._waves[wave] = [*self._waves.get(wave, []), application]

    def before_write(self, effect: Callable[[], None]) -> None:
        """Run *effect* directly before the next write."""
        self._before_write.append(effect)

    def fail(self, operation: str, *errors: CutoverError, after_effect: bool = False) -> None:
        """Make the next calls of *operation* fail with *errors*, one each; the effect can still happen in MGN."""
        self._faults[operation] += [(error, after_effect) for error in errors]

    def fail_after_write(self, operation: str, *errors: CutoverError) -> None:
        """Make the calls of *operation* after the next write fail with *errors*, one each."""
        self.before_write(lambda: self.fail(operation, *errors))

    def lag(self, reads: int) -> None:
        """Make that many reads after the next write return MGN's state before the write."""
        self._lag = reads

    @property
    def calls(self) -> list[str]:
        """The called operations, in order; those that are made at the same time, in the order of TOGETHER."""
        calls: list[str] = []
        for is_together, group in itertools.groupby(self._calls, TOGETHER.__contains__):
            found = list(group)
            calls += sorted(found, key=TOGETHER.index) if is_together else found
        return calls

    @property
    def writes(self) -> list[str]:
        return [operation for operation in self.calls if operation in WRITES]

    def describe(self, server_ids: Collection[str], *, within: timedelta | None = None) -> Found[SourceServer]:  # noqa: ARG002 - takes no time
        known = self._known
        if self.writes and self._lag:
            self._lag, known = self._lag - 1, self._past
        self._begin("DescribeSourceServers")
        self.described.append(set(server_ids))
        return Found(items={server_id: known[server_id].server for server_id in server_ids if server_id in known})

    def in_state(self, state: str, *, archived_too: bool = False) -> Found[SourceServer]:
        self._begin("DescribeSourceServers")
        servers = [evidence.server for evidence in self._known.values() if evidence.server.state == state]
        return Found(items={server.id: server for server in servers if archived_too or not server.is_archived})

    def all_servers(self) -> Found[SourceServer]:
        self._begin("DescribeSourceServers")
        servers = [evidence.server for evidence in self._known.values()]
        return Found(items={server.id: server for server in servers if not server.is_archived})

    def managed_accounts(self) -> list[str]:
        self._begin("ListManagedAccounts")
        if self.managed is None:
            raise MgnRefusedError("mgn:ListManagedAccounts failed with ValidationException (400): no global view.")
        return self.managed

    def applications(self, wave_id: str) -> list[str]:
        self._begin("ListApplications")
        return self._waves.get(wave_id, [])

    def servers_of(self, application_ids: Collection[str], *, within: timedelta | None = None) -> Found[SourceServer]:  # noqa: ARG002
        self._begin("DescribeSourceServers")
        self.listed.append(set(application_ids))
        server_ids = [id_ for application_id in application_ids for id_ in self._applications.get(application_id, [])]
        server_ids += [id_ for id_, each in self._known.items() if each.server.application_id in application_ids]
        found = {id_: self._known[id_].server for id_ in server_ids if id_ not in self.unreadable_servers}
        return Found(items=found, errors={id_: e for id_, e in self.unreadable_servers.items() if id_ in server_ids})

    def find_applications(self, application_ids: Collection[str]) -> Found[Group]:
        self._begin("ListApplications")
        return self._groups(application_ids)

    def applications_in(self, wave_ids: Collection[str]) -> Found[Group]:
        self._begin("ListApplications")
        found = self._groups([id_ for wave_id in wave_ids for id_ in self._waves.get(wave_id, [])])
        return replace(found, unnamed=self.unnamed_applications)

    def find_waves(self, wave_ids: Collection[str]) -> Found[Group]:
        self._begin("ListWaves")
        return self._groups(wave_ids)

    def _groups(self, ids: Collection[str]) -> Found[Group]:
        listed = [id_ for id_ in ids if id_ not in self.unlisted_groups]
        return Found(
            items={id_: self._group(id_) for id_ in listed if id_ not in self.unreadable_groups},
            errors={id_: error for id_, error in self.unreadable_groups.items() if id_ in listed},
        )

    def _group(self, id_: str) -> Group:
        waves = [wave for wave, applications in self._waves.items() if id_ in applications]
        return Group(
            id=id_,
            is_archived=id_ in self.archived_groups,
            wave_id=waves[0] if waves else None,
            size=self.sizes.get(id_),
        )

    def archive_application(self, application_id: str, *, before_send: Callable[[], None]) -> Group:
        return self._archive_group("ArchiveApplication", application_id, before_send)

    def archive_wave(self, wave_id: str, *, before_send: Callable[[], None]) -> Group:
        return self._archive_group("ArchiveWave", wave_id, before_send)

    def _archive_group(self, operation: str, id_: str, before_send: Callable[[], None]) -> Group:
        self._begin(operation, before_send)
        if id_ not in self.without_effect:
            self.archived_groups.add(id_)
        self._fail_after_effect(operation)
        return self._group(id_)

    def finalize(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        self._begin("FinalizeCutover", before_send)
        evidence = self._find(server_id)
        if evidence.server.state != "CUTTING_OVER":
            raise ConflictError(f"Cannot FinalizeCutover for a {evidence.server.state} server.", http_status=409)
        self._past = dict(self._known)
        if server_id not in self.without_effect:
            self.finalized.append(server_id)
            self.set_finalized(server_id)
        return self._end("FinalizeCutover", server_id)

    def archive(self, server_id: str, *, before_send: Callable[[], None]) -> SourceServer:
        self._begin("MarkAsArchived", before_send)
        evidence = self._find(server_id)
        self.set(replace(evidence, server=replace(evidence.server, is_archived=True)))
        return self._end("MarkAsArchived", server_id)

    def describe_jobs(self, job_ids: Collection[str]) -> Found[CutoverJob]:
        self._begin("DescribeJobs")
        jobs: dict[str, CutoverJob] = {}
        for job in (evidence.job for evidence in self._known.values() if evidence.job):
            if job.id in job_ids:
                others = jobs[job.id].launches if job.id in jobs else {}
                jobs[job.id] = replace(job, launches={**others, **job.launches})
        return Found(items=jobs)

    def job_log(self, job_id: str) -> tuple[JobEvent, ...]:
        self._begin("DescribeJobLogItems")
        if job_id in self.unreadable_logs:
            raise self.unreadable_logs[job_id]
        return tuple(
            line for evidence in self._known.values() if evidence.job and evidence.job.id == job_id
            for line in evidence.log
        )  # fmt: skip

    def statuses(self, instance_ids: Collection[str]) -> Found[InstanceStatus]:
        self._begin("DescribeInstanceStatus")
        health = {evidence.server.instance_id: evidence.instance for evidence in self._known.values()}
        return Found(items={id_: status for id_ in instance_ids if (status := health.get(id_))})

    def _begin(self, operation: str, before_send: Callable[[], None] = lambda: None) -> None:
        with self._lock:
            if operation in WRITES:
                self.before_sending()
            before_send()
            self._calls.append(operation)
            self.clock.move(self._seconds.get(operation, 0))
            effects = self._before_write.copy() if operation in WRITES else []
            del self._before_write[: len(effects)]
        # Without the lock, because an effect can be a whole run, which reads in several threads.
        for effect in effects:
            effect()
        with self._lock:
            if self._faults[operation] and not self._faults[operation][0][1]:
                raise self._faults[operation].pop(0)[0]

    def _end(self, operation: str, server_id: str) -> SourceServer:
        self._fail_after_effect(operation)
        with self._lock:
            return self._known[server_id].server

    def _fail_after_effect(self, operation: str) -> None:
        with self._lock:
            if self._faults[operation]:
                raise self._faults[operation].pop(0)[0]

    def _find(self, server_id: str) -> Evidence:
        if server_id not in self._known:
            raise SourceServerNotFoundError(f"{server_id} not found.", http_status=404)
        return self._known[server_id]


class FakeStack:
    """
    The stack that sent the request.

    Attributes:
        shown: The stack's status; None if CloudFormation does not answer.

        around: The statuses of the stacks that contain it; None if CloudFormation does not answer.

        asked: Number of times that the status was read.

        before_answer: Called at each read.

        before_next: Called before each status of *around*.
    """

    def __init__(self, shown: str | None = "CREATE_IN_PROGRESS") -> None:
        self.shown = shown
        self.around: tuple[str | None, ...] = ()
        self.asked = 0
        self.before_answer: Callable[[], object] = lambda: None
        self.before_next: Callable[[], object] = lambda: None

    def statuses(self) -> Iterator[str]:
        self.asked += 1
        self.before_answer()
        if self.shown is None:
            raise MgnUnavailableError("CloudFormation is busy.", code="Throttling", is_throttled=True)
        yield self.shown
        for status in self.around:
            self.before_next()
            if status is None:
                raise MgnUnavailableError("CloudFormation is busy.", code="Throttling", is_throttled=True)
            yield status


def guard_of(aws: FakeAws, stack: FakeStack, *, is_fresh_create: bool = True) -> StackGuard:
    """Return a stack guard that reads the status of *stack* before each write."""
    return StackGuard(stack, clock=aws.clock, is_fresh_create=is_fresh_create)
