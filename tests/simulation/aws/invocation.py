"""One invocation of the function, and what it was shown and did."""

from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.aws.truth import Instance, Job, Line, Server
from tests.simulation.virtual.machine import Machine, Process
from tests.simulation.virtual.stdlib import this_task

CONFLICT = "ConflictException"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What an event asks for, said once more by whoever wrote it, in words that the function does not read.

    Attributes:
        handler: ``custom_resource``, ``launch_result``, ``sweep`` or ``direct``.

        servers: The IDs of the servers that are named; None means those of a group, or whatever is in cutover.

        may_finalize: Whether anything may be finalized at all.

        request: CloudFormation's request; None at other handlers.

        physical_id: The physical ID that a resource asking for this has; None where it asks for nothing that exists.

        is_single: Whether one server is named, so that the answer is about that one.
    """

    handler: str
    servers: tuple[str, ...] | None = None
    may_finalize: bool = True
    waived: frozenset[str] = frozenset()
    soak_minutes: int = 0
    needs_approval: bool = False
    may_archive: bool = False
    request: Any = None
    physical_id: str | None = None
    is_single: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """
    What an invocation was shown about one server by its last look at that, as it was true at some moment.

    Attributes:
        seen_at: When the answer came.

        true_at: When each part of it began to be true for the invocation: when it was served, at the first page.

        looks: How many times the server was shown together with its job.

        is_spent: Whether something was done on the strength of it, so that more needs another look.
    """

    server: Server
    seen_at: float
    job: Job | None = None
    log: tuple[Line, ...] | None = None
    instance: Instance | None = None
    true_at: dict[str, float] = field(default_factory=dict)
    looks: int = 0
    is_spent: bool = False

    @property
    def oldest_at(self) -> float:
        """When the oldest part of it was served."""
        return min(self.true_at.values())


@dataclass(slots=True, kw_only=True)
class Send:
    """
    One write, which is sent once; error is None for success.

    Attributes:
        has_no_effect: Whether it was accepted and nothing came of it at once.
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
        """Whether it ended in a way in which the cutover may be final all the same."""
        is_conflict = isinstance(self.error, ClientError) and self.error.response["Error"]["Code"] == CONFLICT
        is_failed = bool(self.faults) and not self.is_refused and self.error is not None
        return is_conflict or is_failed or self.has_no_effect

    @property
    def is_refused(self) -> bool:
        """Whether it is known to have had no effect."""
        return self.is_throttled or self.faults == ["denied"]

    @property
    def is_throttled(self) -> bool:
        """Whether MGN was too busy for it."""
        return self.faults == ["throttled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    What an invocation met.

    Attributes:
        about: IDs of the source servers that it concerns; None for all that the invocation is about.
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
    Everything that happened to an invocation.

    Attributes:
        reads: When a server was shown, and which.

        listed: Servers that were shown as what a group or a sweep is about.

        is_auditing: Whether it has turned to what was finalized before: what it sees now decides nothing.

        faults: What was met.

        announced: The servers of which it began to tell the event bus.

        answering_since: When the first try to send an answer began.

        stack_statuses: When CloudFormation said what of the stack.

        answers: The different answers that were stored.

        answer_faults: When a try to answer began that met which fault on its way.
    """

    sights: dict[str, Sight] = field(default_factory=dict)
    sends: list[Send] = field(default_factory=list)
    reads: list[tuple[float, str]] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    is_auditing: bool = False
    faults: list[Fault] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)
    answering_since: float | None = None
    stack_statuses: list[tuple[float, str]] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    answer_faults: list[tuple[float, str]] = field(default_factory=list)


class Invocation(Process):
    """
    The process of one invocation.

    Attributes:
        watch: Told of everything that matters, when it happens.

        was_killed: Whether it was ended before its time.
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
        """The IDs of the servers that it is about, as far as it could know."""
        return sorted(self.record.listed if self.asked.servers is None else self.asked.servers)

    def of_jobs(self, job_ids: list[str]) -> frozenset[str]:
        """Return the IDs of the servers that it was shown with one of *job_ids* as the job of their cutover."""
        sights = self.record.sights.values()
        return frozenset(s.server.id for s in sights if s.server.cutover and s.server.cutover.job_id in job_ids)

    def of_instances(self, instance_ids: list[str]) -> frozenset[str]:
        """Return the IDs of the servers that it was shown with one of *instance_ids* as their instance."""
        sights = self.record.sights.values()
        return frozenset(
            s.server.id for s in sights if s.server.launched and s.server.launched.instance_id in instance_ids
        )

    def lists(self, servers: list[Server]) -> None:
        """Note whom a group or a sweep is about: whoever was put away is only meant if that was in the end."""
        self.record.listed |= {server.id for server in servers if server.is_final or not server.is_archived}

    def lists_unreadable(self, server: Server) -> None:
        """Note that a list names *server*, and that nothing else can be read of it."""
        self.record.listed.add(server.id)

    @property
    def _is_heard(self) -> bool:
        """Whether the thread that has an answer is still waited for."""
        task = this_task()
        return task is None or not task.is_abandoned

    def saw_server(self, server: Server, at: float) -> None:
        if self.record.is_auditing or not self._is_heard:
            return
        before = self.record.sights.get(server.id)
        self.record.reads.append((self.machine.now, server.id))
        looks = before.looks if before else 0
        self.record.sights[server.id] = Sight(
            server=server, seen_at=self.machine.now, true_at={"server": at}, looks=looks
        )
        self.watch.shown(self, server)

    def saw_job(self, job: Job, at: float) -> None:
        for _, sight in self._sights():
            # Who was looked at before is not looked at again because somebody else of the same job is.
            if sight.job is None and sight.server.cutover and sight.server.cutover.job_id == job.id:
                self._sees(sight, "job", at, job=job, looks=sight.looks + 1)

    def saw_log(self, job: Job, at: float) -> None:
        for _, sight in self._sights():
            if sight.log is None and sight.job and sight.job.id == job.id:
                self._sees(sight, "log", at, log=job.log)

    def saw_instance(self, instance: Instance, at: float) -> None:
        if self.record.is_auditing:
            return
        for _, sight in self._sights():
            if sight.server.launched and sight.server.launched.instance_id == instance.id:
                self._sees(sight, "instance", at, instance=instance)

    def _sights(self) -> list[tuple[str, Sight]]:
        return list(self.record.sights.items()) if self._is_heard else []

    def _sees(self, sight: Sight, part: str, at: float, **differences: Any) -> None:
        seen = replace(sight, true_at={**sight.true_at, part: at}, **differences)
        self.record.sights[sight.server.id] = seen

    def saw_stack(self, status: str) -> None:
        if self._is_heard:
            self.record.stack_statuses.append((self.machine.now, status))

    def begin_send(self, server_id: str) -> Send:
        self.watch.sends(self, server_id)
        send = Send(server_id=server_id, began_at=self.machine.now)
        self.record.sends.append(send)
        return send

    def end_send(self, send: Send, error: Exception | None) -> None:
        if not self._is_heard:
            error = error or TimeoutError("nobody waited for the answer any more")
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
