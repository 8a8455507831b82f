"""The record of a load test, from the local AWS; only the responses come from the function itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    One delivery of a response to a stack.

    Attributes:
        came_at: Time at which it reached CloudFormation.

        is_stored: Whether CloudFormation can read it.

        is_taken: Whether the sender received the confirmation.

        status: HTTP status that the sender received; None if the connection was closed.
    """

    came_at: datetime
    body: bytes
    is_stored: bool
    is_taken: bool
    status: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    A request of CloudFormation.

    Attributes:
        document: The request as sent.

        attempts: Results of the function's invocations for it: None, or the error.

        answers: Deliveries to its response URL, in order.
    """

    server_id: str
    document: Document
    sent_at: datetime
    attempts: tuple[Exception | None, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A launch result, and the results of the function's invocations for it, in the local AWS's format."""

    server_id: str
    attempts: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    The record of an ended load test.

    Attributes:
        requests: Requests of all stacks, including the deletions after failed creations.

        events: Each published launch result.

        calls: Every call to AWS until then, in the local AWS's format.

        finalized_at: ``{ID: time of the finalization}`` of the finalized source servers, after the events.

        kept: ``{queue: IDs of the source servers whose launch results it contains}``.

        sweep: Results of the function's invocations for one sweep, an hour later, without faults.

        calls_of_sweep: Every call to AWS during the sweep.

        finalized_in_the_end: IDs of the source servers that are finalized after the sweep.
    """

    requests: Collection[Request]
    events: Collection[Event]
    calls: Collection[Document]
    finalized_at: Mapping[str, datetime]
    kept: Mapping[str, Collection[str]]
    sweep: Collection[Document]
    calls_of_sweep: Collection[Document]
    finalized_in_the_end: Collection[str]
