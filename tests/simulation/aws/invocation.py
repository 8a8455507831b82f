"""One invocation of the function, and what it was shown and did."""

from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.aws.network import ATTEMPTS
from tests.simulation.aws.truth import Instance, Job, Server
from tests.simulation.virtual.machine import Machine, Process

CONFLICT = "ConflictException"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What an event asks for, said once more by whoever wrote it, in words that the function does not read.

    Attributes:
        door: ``custom_resource``, ``launch_result``, ``sweep`` or ``direct``.

        servers: The IDs of the servers that are named; None means those of a group, or whatever is in cutover.

        may_finalize: Whether anything may be finalized at all.

        request: CloudFormation's request; None at other doors.

        physical_id: The physical ID that a resource asking for this has; None where it asks for nothing that exists.

        is_single: Whether one server is named, so that the answer is about that one.
    """

    door: str
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

        looks: How many times the server was shown together with its job.

        is_spent: Whether something was done on the strength of it, so that more needs another look.
    """

    server: Server
    seen_at: float
    job: Job | None = None
    log: tuple[tuple[str, str | None], ...] | None = None
    instance: Instance | None = None
    looks: int = 0
    is_spent: bool = False


@dataclass(slots=True, kw_only=True)
class Send:
    """One FinalizeCutover, the SDK's attempts together; error is None for success."""

    server_id: str
    began_at: float
    ended_at: float | None = None
    error: Exception | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def is_unclear(self) -> bool:
        """Whether it ended in a way in which the cutover may be final all the same."""
        is_conflict = isinstance(self.error, ClientError) and self.error.response["Error"]["Code"] == CONFLICT
        return is_conflict or (bool(self.faults) and not self.had_no_effect and self.error is not None)

    @property
    def had_no_effect(self) -> bool:
        """Whether it is known to have had none: each of its attempts was refused by a service that was too busy."""
        return self.faults == ["throttled"] * ATTEMPTS or self.faults == ["denied"]


@dataclass(slots=True, kw_only=True)
class Record:
    """
    Everything that happened to an invocation.

    Attributes:
        reads: When a server was shown, and which.

        listed: Servers that were shown as what a group or a sweep is about.

        is_auditing: Whether it has turned to what was finalized before: what it sees now decides nothing.

        faults: When which operation met what.

        stack_statuses: When CloudFormation said what of the stack.

        answers: The different answers that were stored.

        answer_faults: When a try to answer began that met which fault on its way.
    """

    sights: dict[str, Sight] = field(default_factory=dict)
    sends: list[Send] = field(default_factory=list)
    reads: list[tuple[float, str]] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    is_auditing: bool = False
    faults: list[tuple[float, str, str]] = field(default_factory=list)
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
        return f"#{self.number} {self.asked.door}"

    def meets(self, operation: str, fault: str) -> None:
        self.record.faults.append((self.machine.now, operation, fault))
        self.watch.meets(self, operation, fault)

    @property
    def meant(self) -> list[str]:
        """The IDs of the servers that it is about, as far as it could know."""
        return sorted(self.record.listed if self.asked.servers is None else self.asked.servers)

    def lists(self, servers: list[Server]) -> None:
        """Note whom a group or a sweep is about: whoever was put away is only meant if that was in the end."""
        self.record.listed |= {server.id for server in servers if server.is_final or not server.is_archived}

    def saw_server(self, server: Server) -> None:
        if self.record.is_auditing:
            return
        before = self.record.sights.get(server.id)
        self.record.reads.append((self.machine.now, server.id))
        looks = before.looks if before else 0
        self.record.sights[server.id] = Sight(server=server, seen_at=self.machine.now, looks=looks)
        self.watch.shown(self, server)

    def saw_job(self, job: Job) -> None:
        for server_id, sight in self.record.sights.items():
            # Who was looked at before is not looked at again because somebody else of the same job is.
            if sight.job is None and sight.server.cutover and sight.server.cutover.job_id == job.id:
                self.record.sights[server_id] = replace(sight, job=job, looks=sight.looks + 1)

    def saw_log(self, job: Job) -> None:
        for server_id, sight in self.record.sights.items():
            if sight.log is None and sight.job and sight.job.id == job.id:
                self.record.sights[server_id] = replace(sight, log=job.log)

    def saw_instance(self, instance: Instance) -> None:
        if self.record.is_auditing:
            return
        for server_id, sight in self.record.sights.items():
            if sight.server.launched and sight.server.launched.instance_id == instance.id:
                self.record.sights[server_id] = replace(sight, instance=instance)

    def saw_stack(self, status: str) -> None:
        self.record.stack_statuses.append((self.machine.now, status))

    def begin_send(self, server_id: str) -> Send:
        self.watch.sends(self, server_id)
        send = Send(server_id=server_id, began_at=self.machine.now)
        self.record.sends.append(send)
        return send

    def end_send(self, send: Send, error: Exception | None) -> None:
        send.ended_at, send.error = self.machine.now, error
        is_busy = "throttled" in str(error)
        if not is_busy and (sight := self.record.sights.get(send.server_id)):
            self.record.sights[send.server_id] = replace(sight, is_spent=True)
        self.watch.sent(self, send.server_id, error)

    def archives(self, server_id: str) -> None:
        self.watch.archives(self, server_id)
