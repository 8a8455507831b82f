"""The simulated state, now and at every earlier time, because reads can be stale."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from tests.simulation.virtual.machine import Machine

T = TypeVar("T")

# The function's own account.
ACCOUNT = "111122223333"
APPROVED = "approved"
# An item of a job's log: event, server ID or None, raw error or None.
Line = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutover:
    """
    A cutover of one server: times of its start, revert and finalization in seconds; None if it did not happen.

    Attributes:
        oddity: Additional data in MGN: ``reverted undated``, ``reverted is empty``, ``finalized before``; any other
            value means none.
    """

    job_id: str
    initiated_at: float
    reverted_at: float | None = None
    finalized_at: float | None = None
    oddity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """The instance that MGN shows for a server."""

    instance_id: str
    job_id: str
    first_boot: str = "WAITING"
    checks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBefore:
    """The tag before whose time a server must stay as it is; at is None if the key or the text is wrong."""

    key: str
    text: str
    at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """
    A source server.

    Attributes:
        account: ID of its account.

        exists: Whether MGN still has a record of it.

        approval: Value of the approval tag; None without the tag.

        hold: Key and value of the hold tag; None without the tag.
    """

    id: str
    account: str = ACCOUNT
    state: str = "READY_FOR_CUTOVER"
    replication: str = "CONTINUOUS"
    is_archived: bool = False
    exists: bool = True
    approval: str | None = None
    hold: tuple[str, str] | None = None
    not_before: NotBefore | None = None
    application_id: str | None = None
    cutover: Cutover | None = None
    launched: Launched | None = None

    @property
    def is_final(self) -> bool:
        return self.state == "CUTOVER" and self.replication == "DISCONNECTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A job's launch of one server; actions are ``(name, status, must succeed; None if MGN does not return it)``."""

    status: str = "PENDING"
    instance_id: str | None = None
    actions: tuple[tuple[str, str, bool | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """
    A launch job.

    Attributes:
        named_twice: A server that it lists a second time, with a FAILED launch; None for no such server.

        is_end_readable: Whether its end time is readable.

        log_error: Code and HTTP status of every read of its log; None if the log is readable.
    """

    id: str
    account: str = ACCOUNT
    type: str = "LAUNCH"
    initiated_by: str = "START_CUTOVER"
    status: str = "PENDING"
    ended_at: float | None = None
    is_listed: bool = True
    launches: dict[str, Launch] = field(default_factory=dict)
    named_twice: str | None = None
    is_end_readable: bool = True
    log: tuple[Line, ...] = ()
    log_error: tuple[str, int] | None = None

    @property
    def known_end(self) -> float | None:
        """Time of its end, if MGN returns it in a readable form."""
        return self.ended_at if self.is_end_readable else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """An EC2 instance, its three status checks, and its application status; None without one."""

    id: str
    account: str = ACCOUNT
    state: str = "running"
    system: str = "initializing"
    instance: str = "initializing"
    attached_ebs: str = "ok"
    application: str | None = None
    is_known: bool = True


class Versions(Generic[T]):
    """All objects of one kind by ID, with their history."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._past: dict[str, list[tuple[float, T]]] = {}

    def put(self, key: str, value: T) -> None:
        """Set *value* from now on; a value set at the beginning also applies to earlier times, for stale reads."""
        self._past.setdefault(key, []).append((self._machine.now or -math.inf, value))

    def change(self, key: str, **differences: Any) -> T:
        """Apply *differences* to the current value from now on."""
        value: T = replace(self[key], **differences)  # type: ignore[type-var] # all kinds are dataclasses
        self.put(key, value)
        return value

    def at(self, key: str, moment: float) -> T | None:
        """Return the value at *moment*; None if there was none yet."""
        for since, value in reversed(self._past.get(key, ())):
            if since <= moment:
                return value
        return None

    def __getitem__(self, key: str) -> T:
        return self._past[key][-1][1]

    def __contains__(self, key: str) -> bool:
        return key in self._past

    def __iter__(self) -> Iterator[str]:
        return iter(self._past)
