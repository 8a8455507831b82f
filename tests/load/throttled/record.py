"""The record of a load test with throttling, from the local AWS, and the function's responses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The resources that must be read before a finalization: the source server, its cutover job, its instance."""

    job_id: str
    instance_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    A request of a stack.

    Attributes:
        sent_at: Time at which CloudFormation sent it.

        service_timeout: Seconds that CloudFormation waits for the response.

        answered_at: Time of the first response; None without one.

        answers: Number of different responses that CloudFormation can read.

        status: Status of the first response.

        reason: Reason of the first response.
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
        server_ids: IDs of the source servers that were approved at its start.

        ended_at: Time at which the function returned.

        timeout: Timeout of the function in seconds.

        report: The returned report; empty if it failed.

        changed_at: ``{ID: time at which its approval tag was removed or its instance was terminated}``.

        unapproved: IDs of the source servers whose approval tag was removed.
    """

    server_ids: tuple[str, ...]
    ended_at: datetime
    timeout: float
    report: Document
    changed_at: Mapping[str, datetime]
    unapproved: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    The record of an ended load test with throttling.

    Attributes:
        servers: ``{ID: resources that must be read before its finalization}``.

        calls: Every call to AWS, in the local AWS's format.

        finalized_at: ``{ID: time of the finalization}`` of the finalized source servers.

        seconds: Time from the first request to the end of the last one.
    """

    servers: Mapping[str, Server]
    requests: Collection[Request]
    sweep: Sweep
    calls: Collection[Document]
    finalized_at: Mapping[str, datetime]
    seconds: float
