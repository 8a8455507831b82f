"""One invocation of the function: what it read, and what it did."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.aws.truth import Instance, Job, Line, Server
from tests.simulation.virtual.machine import Machine, Process
from tests.simulation.virtual.stdlib import this_task

CONFLICT = "ConflictException"
# Automation need not read the log again of a job that ended so long ago, except for delayed reads.
SETTLED_AFTER = 15 * 60  # seconds
AUTOMATION = {"sweep", "launch_result"}
# These are read again just before a write.
READ_AGAIN = {"change-calendar", "termination-protection"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What an event requests, recorded by its creator independently of the event's content.

    Attributes:
        handler: ``custom_resource``, ``launch_result``, ``sweep`` or ``direct``.

        servers: IDs of the named servers; None means those of a group, or all servers in a cutover.

        may_finalize: Whether the event allows a finalization.

        approves_instance: Whether the approval tag must name the launched instance.

        request: CloudFormation's request; None for other handlers.

        physical_id: Physical ID of a resource with this request; None if it requests nothing that exists.

        is_single: Whether it names one server, so that the response is about that server.

        rules: Names of the optional rules that it switches on.

        alarms, alarm_prefix, calendars: What these rules are about.

        sets_protection: Whether it turns on termination protection.

        all_or_nothing: Whether it finalizes none of several servers unless all are final or ready.

        applications_together: Whether it finalizes no server unless all others of its application are final or ready.
    """

    handler: str
    servers: tuple[str, ...] | None = None
    may_finalize: bool = True
    waived: frozenset[str] = frozenset()
    soak_minutes: int = 0
    wait_minutes: int = 0
    needs_approval: bool = False
    approves_instance: bool = False
    may_archive: bool = False
    request: Any = None
    physical_id: str | None = None
    is_single: bool = False
    rules: frozenset[str] = frozenset()
    alarms: tuple[str, ...] = ()
    alarm_prefix: str | None = None
    calendars: tuple[str, ...] = ()
    sets_protection: bool = False
    all_or_nothing: bool = False
    applications_together: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """
    What an invocation read about one server in its last read; the data can be from different times.

    Attributes:
        seen_at: Time of the response.

        true_at: Times at which the parts were read: when each was served, at its first page.

        looks: Number of reads of the server together with its job.

        is_spent: Whether a write used it, so that another write needs another read.

        accepted: What was read for the optional rules, by rule; ``backup`` has ``volumes`` and ``snapshots``.  A
            missing entry was not read.

        heard_at: Time of the last response with a part that is not read again just before a write.

        calendars_asked_at: When the last request for the calendars began.
    """

    server: Server
    seen_at: float
    job: Job | None = None
    log: tuple[Line, ...] | None = None
    instance: Instance | None = None
    true_at: dict[str, float] = field(default_factory=dict)
    looks: int = 0
    is_spent: bool = False
    accepted: dict[str, Any] = field(default_factory=dict)
    heard_at: float = 0.0
    calendars_asked_at: float = 0.0

    @property
    def oldest_at(self) -> float:
        """Time at which the oldest part was served."""
        return min(self.true_at.values())


@dataclass(slots=True, kw_only=True)
class Send:
    """
    One write, which is sent once; error is None for success.

    Attributes:
        has_no_effect: Whether MGN accepted it without an immediate effect.
    """

    server_id: str
    began_at: float
    ended_at: float | None = None
    error: Exception | None = None
    faults: list[str] = field(default_factory=list)
    has_no_effect: bool = False

    @property
    def is_success(self) -> bool:
        """Whether it is known to have had its effect."""
        return self.ended_at is not None and self.error is None and not self.has_no_effect

    @property
    def is_unclear(self) -> bool:
        """Whether its result leaves open whether the cutover is finalized."""
        is_conflict = isinstance(self.error, ClientError) and self.error.response["Error"]["Code"] == CONFLICT
        is_failed = bool(self.faults) and not self.is_refused and self.error is not None
        return is_conflict or is_failed or self.has_no_effect

    @property
    def is_refused(self) -> bool:
        """Whether it is known to have had no effect."""
        return self.is_throttled or self.faults == ["denied"]

    @property
    def is_throttled(self) -> bool:
        """Whether MGN throttled it."""
        return self.faults == ["throttled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    A fault that an invocation encountered.

    Attributes:
        about: IDs of the source servers that it concerns; None for all of the invocation.
    """

    at: float
    operation: str
    kind: str
    about: frozenset[str] | None

    def concerns(self, server_id: str) -> bool:
        return self.about is None or server_id in self.about


@dataclass(slots=True, kw_only=True)
class Record:
    """
    The complete record of an invocation.

    Attributes:
        reads: Times at which servers were read, and which.

        listed: Servers that were listed for a group or a sweep.

        as_listed: What these lists showed, by server.

        is_auditing: Whether it audits servers that were finalized earlier: these reads do not lead to a write.

        faults: The encountered faults.

        announced: The servers for which it started to publish an event.

        answering_since: Time of the first attempt to send a response.

        stack_statuses: Statuses of the stack and its root that CloudFormation returned, with their times.

        asked_at: When the status of each of them was returned last.

        answers: The different stored responses.

        answer_faults: Faults of the attempts to send a response, with the times of the attempts.

        batch: IDs of the servers in the last request for named servers; automation lists the others of their
            applications then.

        looked_at: IDs of the servers in the last list of source servers; what is read for all servers is about these.

        ready_looks: ``{server ID: number of looks, without the last one, that found the server ready}``.
    """

    sights: dict[str, Sight] = field(default_factory=dict)
    sends: list[Send] = field(default_factory=list)
    reads: list[tuple[float, str]] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    as_listed: dict[str, Server] = field(default_factory=dict)
    is_auditing: bool = False
    faults: list[Fault] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)
    answering_since: float | None = None
    stack_statuses: list[tuple[float, str]] = field(default_factory=list)
    asked_at: dict[str, float] = field(default_factory=dict)
    answers: list[bytes] = field(default_factory=list)
    answer_faults: list[tuple[float, str]] = field(default_factory=list)
    batch: frozenset[str] = frozenset()
    looked_at: set[str] = field(default_factory=set)
    ready_looks: Counter[str] = field(default_factory=Counter)


class Invocation(Process):
    """
    The process of one invocation.

    Attributes:
        watch: The observer of all relevant events, called when they happen.

        was_killed: Whether it was killed before its end.
    """

    def __init__(self, machine: Machine, number: int, event: Any, asked: Asked, seconds: float, watch: Any) -> None:
        super().__init__(machine)
        self.number = number
        self.event = event
        self.asked = asked
        self.began_at = machine.now
        self.ends_at = machine.now + seconds
        self.watch = watch
        self.record = Record()
        self.was_killed = False

    def __str__(self) -> str:
        return f"#{self.number} {self.asked.handler}"

    def meets(self, operation: str, kind: str, about: frozenset[str] | None = None) -> None:
        self.record.faults.append(Fault(at=self.machine.now, operation=operation, kind=kind, about=about))
        self.watch.meets(self, operation, kind)

    @property
    def meant(self) -> list[str]:
        """The IDs of the servers that it concerns, as far as it could know."""
        return sorted(self.record.listed if self.asked.servers is None else self.asked.servers)

    def of_jobs(self, job_ids: list[str]) -> frozenset[str]:
        """Return the IDs of the servers that it read with one of *job_ids* as their cutover job."""
        sights = self.record.sights.values()
        return frozenset(s.server.id for s in sights if s.server.cutover and s.server.cutover.job_id in job_ids)

    def of_instances(self, instance_ids: list[str]) -> frozenset[str]:
        """Return the IDs of the servers that it read with one of *instance_ids* as their instance."""
        sights = self.record.sights.values()
        return frozenset(
            s.server.id for s in sights if s.server.launched and s.server.launched.instance_id in instance_ids
        )

    def lists(self, servers: list[Server]) -> None:
        """Record the servers of a group or a sweep: an archived server counts only if it is finalized."""
        self.record.listed |= {server.id for server in servers if server.is_final or not server.is_archived}
        self.record.as_listed |= {server.id: server for server in servers}

    def lists_unreadable(self, server: Server) -> None:
        """Record that a list contains *server*, but the rest of its item is unreadable."""
        self.record.listed.add(server.id)

    @property
    def _is_heard(self) -> bool:
        """Whether some code still waits for the thread that received a response."""
        task = this_task()
        return task is None or not task.is_abandoned

    def saw_server(self, server: Server, at: float) -> None:
        if self.record.is_auditing or not self._is_heard:
            return
        before = self.record.sights.get(server.id)
        self.record.reads.append((self.machine.now, server.id))
        self.record.looked_at.add(server.id)
        looks = before.looks if before else 0
        if before:
            self.watch.looks_again(self, before)
        now = self.machine.now
        self.record.sights[server.id] = Sight(
            server=server, seen_at=now, heard_at=now, true_at={"server": at}, looks=looks
        )
        self.watch.shown(self, server)

    def saw_job(self, job: Job, at: float) -> None:
        for _, sight in self._sights():
            # Reading another server of the same job does not count as another read of an earlier server.
            if sight.job is None and sight.server.cutover and sight.server.cutover.job_id == job.id:
                log = self.watch.settled_logs.get(job.id) if self.asked.handler in AUTOMATION else None
                self._sees(
                    sight, "job", at, job=job, looks=sight.looks + 1, log=log if sight.log is None else sight.log
                )

    def saw_log(self, job: Job, at: float) -> None:
        for _, sight in self._sights():
            # The job and its log are read at the same time.
            if "log" not in sight.true_at and sight.server.cutover and sight.server.cutover.job_id == job.id:
                self._sees(sight, "log", at, log=job.log)
                if job.status == "COMPLETED" and job.known_end is not None and at >= job.known_end + SETTLED_AFTER:
                    self.watch.settled_logs[job.id] = job.log

    def saw_instance(self, instance: Instance, at: float) -> None:
        if self.record.is_auditing:
            return
        for _, sight in self._sights():
            if sight.server.launched and sight.server.launched.instance_id == instance.id:
                self._sees(sight, "instance", at, instance=instance)

    def _sights(self) -> list[tuple[str, Sight]]:
        return list(self.record.sights.items()) if self._is_heard else []

    def _sights_of_look(self) -> list[tuple[str, Sight]]:
        return [(server_id, sight) for server_id, sight in self._sights() if server_id in self.record.looked_at]

    def _sees(self, sight: Sight, part: str, at: float, **differences: Any) -> None:
        heard_at = sight.heard_at if part in READ_AGAIN else self.machine.now
        # A part with several pages is as old as its first page.
        since = at if part in READ_AGAIN or part not in sight.accepted else sight.true_at[part]
        seen = replace(sight, true_at={**sight.true_at, part: since}, heard_at=heard_at, **differences)
        self.record.sights[sight.server.id] = seen

    def saw_of_server(self, server_id: str, part: str, value: object, at: float) -> None:
        """Record what was read about one server for an optional rule."""
        for _, sight in self._sights():
            if sight.server.id == server_id:
                self._sees(sight, part, at, accepted={**sight.accepted, part: value})

    def saw_of_instances(self, part: str, found: Mapping[str, Any], at: float) -> None:
        """Record what was read about instances for an optional rule."""
        for server_id, sight in self._sights():
            if sight.server.launched and sight.server.launched.instance_id in found:
                self.saw_of_server(server_id, part, found[sight.server.launched.instance_id], at)

    def saw_of_all(self, part: str, found: Mapping[str, Any], at: float) -> None:
        """Record what was read for an optional rule of all servers of a look, in addition to earlier pages."""
        for server_id, sight in self._sights_of_look():
            self.saw_of_server(server_id, part, {**sight.accepted.get(part, {}), **found}, at)

    def saw_snapshot(self, volume_id: str, snapshot: Any, at: float) -> None:
        for server_id, sight in self._sights():
            if volume_id in sight.accepted.get("volumes", ()):
                before = sight.accepted.get("snapshots", {})
                snapshots = {**before, volume_id: (*before.get(volume_id, ()), snapshot)}
                self.saw_of_server(server_id, "snapshots", snapshots, at)

    def saw_calendars(self, found: Mapping[str, Any], at: float, began_at: float) -> None:
        """Record the states of calendars; *found* is empty if it is unknown which one is closed."""
        for server_id, sight in self._sights_of_look():
            before = sight.accepted.get("change-calendar", {}) if found else {}
            self.saw_of_server(server_id, "change-calendar", {**before, **found}, at)
            seen = self.record.sights[server_id]
            self.record.sights[server_id] = replace(seen, calendars_asked_at=began_at)

    def of_volumes(self, volume_ids: Collection[str]) -> frozenset[str]:
        """Return the IDs of the servers that it read with one of *volume_ids*."""
        sights = self.record.sights.values()
        return frozenset(s.server.id for s in sights if set(volume_ids) & set(s.accepted.get("volumes", ())))

    def protects(self, server_id: str) -> Send:
        self.watch.protects(self, server_id)
        return Send(server_id=server_id, began_at=self.machine.now)

    def saw_stack(self, stack_id: str, status: str) -> None:
        if self._is_heard:
            self.record.asked_at[stack_id] = self.machine.now
            self.record.stack_statuses.append((self.machine.now, status))

    def begin_send(self, server_id: str) -> Send:
        self.watch.sends(self, server_id)
        send = Send(server_id=server_id, began_at=self.machine.now)
        self.record.sends.append(send)
        return send

    def end_send(self, send: Send, error: Exception | None) -> None:
        if not self._is_heard:
            error = error or TimeoutError("no code waits for the response any more")
        send.ended_at, send.error = self.machine.now, error
        is_busy = "throttled" in str(error)
        if not is_busy and (sight := self.record.sights.get(send.server_id)):
            self.record.sights[send.server_id] = replace(sight, is_spent=True)
        self.watch.sent(self, send.server_id, error)

    def begins_to_answer(self) -> None:
        if self.record.answering_since is None:
            self.record.answering_since = self.machine.now

    def archives(self, server_id: str) -> Send:
        self.watch.archives(self, server_id)
        return Send(server_id=server_id, began_at=self.machine.now)
