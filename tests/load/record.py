"""What happened in a load, as the local AWS has it; nothing in here is the function's own word but its answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    One delivery of an answer to a stack.

    Attributes:
        came_at: When it reached CloudFormation.

        is_stored: Whether CloudFormation can read it.

        is_taken: Whether the sender was told so.

        status: What the sender was told; None where the connection was cut.
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
        document: As it was sent.

        attempts: How each run of the function for it ended: None, or what it failed with.

        answers: What was sent to its response URL, in order.
    """

    server_id: str
    document: Document
    sent_at: datetime
    attempts: tuple[Exception | None, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A launch result, and how each run of the function for it ended: as the local AWS documents invocations."""

    server_id: str
    attempts: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    A load that is over.

    Attributes:
        requests: Of all stacks, those that deleted what had failed to be created included.

        events: Each time that a launch was told of.

        calls: Every call to AWS until then, as the local AWS documents them.

        finalized_at: ``{ID: when MGN finalized it}`` after the events, of those that were.

        kept: ``{queue: IDs of the source servers whose launch results it has}``.

        sweep: How each run of the function for one sweep ended, an hour later and in good weather.

        calls_of_sweep: Every call to AWS meanwhile.

        finalized_in_the_end: IDs of the source servers that are finalized after it.
    """

    requests: Collection[Request]
    events: Collection[Event]
    calls: Collection[Document]
    finalized_at: Mapping[str, datetime]
    kept: Mapping[str, Collection[str]]
    sweep: Collection[Document]
    calls_of_sweep: Collection[Document]
    finalized_in_the_end: Collection[str]
