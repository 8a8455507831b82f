"""One invocation of the function: what it read, and what it did."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.aws.truth import Instance, Job, Line, Server
from tests.simulation.virtual.machine import Machine, Process
from tests.simulation.virtual.stdlib import this_task

CONFLICT = "ConflictException"
AUTOMATION = {"sweep", "launch_result"}


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
    may_archive_groups: bool = False
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
        return self.is_throttled or self.faults in (["denied"], ["refused"], ["uninitialized"])

    @property
    def is_throttled(self) -> bool:
        """Whether MGN throttled it."""
        return self.faults == ["throttled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    A fault that an invocation encountered.

    Attributes:
        about: IDs of the source servers that it concerns; None for all of the account.

        account: ID of the account; None for all accounts.
    """

    at: float
    operation: str
    kind: str
    about: frozenset[str] | None
    account: str | None = None

    def concerns(self, server: Server) -> bool:
        return self.account in {None, server.account} if self.about is None else server.id in self.about


@dataclass(slots=True, kw_only=True)
class Record:
    """
    The complete record of an invocation.

    Attributes:
        reads: Times at which servers were read, and which.

        listed: Servers that were listed for a group or a sweep.

        as_listed: What these lists showed, by server.

        is_auditing: Whether it audits servers of some account that were finalized earlier.

        faults: The encountered faults.

        announced, announced_at: The servers for which it started to publish an event, and when it started each time.

        published: The servers of which the bus accepted an event.

        answering_since: Time of the first attempt to send a response.

        stack_statuses: Statuses of the stack and its root that CloudFormation returned, with their times.

        asked_at: When the status of each of them was returned last.

        answers: The different stored responses.

        answer_faults: Faults of the attempts to send a response, with the times of the attempts.

        puts: Times at which it began to store a record, and its key.

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
    announced_at: list[float] = field(default_factory=list)
    published: set[str] = field(default_factory=set)
    answering_since: float | None = None
    stack_statuses: list[tuple[float, str]] = field(default_factory=list)
    asked_at: dict[str, float] = field(default_factory=dict)
    answers: list[bytes] = field(default_factory=list)
    answer_faults: list[tuple[float, str]] = field(default_factory=list)
    puts: list[tuple[float, str]] = field(default_factory=list)
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

    def meets(self, operation: str, kind: str, about: frozenset[str] | None = None, account: str | None = None) -> None:
        fault = Fault(at=self.machine.now, operation=operation, kind=kind, about=about, account=account)
        self.record.faults.append(fault)
        self.watch.meets(self, operation, kind)

    @property
    def meant(self) -> list[str]:
        """The IDs of the servers that it concerns, as far as it could know."""
        return sorted(self.record.listed if self.asked.servers is None else self.asked.servers)

    def saw_stack(self, stack_id: str, status: str) -> None:
        if is_heard():
            self.record.asked_at[stack_id] = self.machine.now
            self.record.stack_statuses.append((self.machine.now, status))

    def begins_to_answer(self) -> None:
        if self.record.answering_since is None:
            self.record.answering_since = self.machine.now


def is_heard() -> bool:
    """Return whether some code still waits for this thread, which received a response."""
    task = this_task()
    return task is None or not task.is_abandoned
