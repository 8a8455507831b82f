"""What happened in a course in which MGN throttles, as the local AWS has it, and what the function answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What must be read about a source server before it is finalized: itself, its cutover job, its instance."""

    job_id: str
    instance_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    A request of a stack.

    Attributes:
        sent_at: When CloudFormation sent it.

        service_timeout: For how long it waits for the answer, in seconds.

        answered_at: When the first answer came; None if none did.

        answers: How many different answers CloudFormation can read.

        status: Of the first answer.

        reason: Of the first answer.
    """

    server_ids: tuple[str, ...]
    sent_at: datetime
    service_timeout: float
    answered_at: datetime | None
    status: str = ""
    reason: str = ""
    answers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """
    A sweep.

    Attributes:
        server_ids: Those that were approved when it began.

        ended_at: When the function had returned.

        timeout: The function's, in seconds.

        report: What it returned; empty where it failed.

        changed_at: ``{ID: when its approval tag was removed or its instance was terminated}``.
    """

    server_ids: tuple[str, ...]
    ended_at: datetime
    timeout: float
    report: Document
    changed_at: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    A course that is over.

    Attributes:
        servers: ``{ID: what must be read about it}``.

        calls: Every call to AWS, as the local AWS documents them.

        finalized_at: ``{ID: when MGN finalized it}`` of those that were.

        seconds: From the first request to the end of the last.
    """

    servers: Mapping[str, Server]
    requests: Collection[Request]
    sweep: Sweep
    calls: Collection[Document]
    finalized_at: Mapping[str, datetime]
    seconds: float
