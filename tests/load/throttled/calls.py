"""Analyzes the call log of the local AWS: the writes, and the reads before each of them."""

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter

from tests.load.throttled.record import Document, Record, Server

FINALIZE, ARCHIVE = "FinalizeCutover", "MarkAsArchived"
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """
    A write that reached MGN, successful or not.

    Attributes:
        evidence_age: Seconds from the oldest of the last reads about the source server to the write; infinite if
            something was not read; 0 for MarkAsArchived, which needs no evidence.  The logs of the swept source
            servers count only if they were never read: their jobs ended long ago, so that a sweep keeps them.
    """

    operation: str
    server_id: str
    at: datetime
    evidence_age: float


def writes(record: Record) -> list[Write]:
    """Return every write, in order."""
    over = [call for call in record.calls if call["seconds"] is not None]
    reads = [call for call in over if call["status"] == OK and call["fault"] != "stale"]
    return [_write(call, reads, record) for call in record.calls if call["operation"] in {FINALIZE, ARCHIVE}]


def came_at(call: Document) -> datetime:
    """Return the time at which *call* reached the local AWS."""
    return datetime.fromtimestamp(call["receivedAt"], UTC)


def swept_from(record: Record) -> datetime | None:
    """Return the time of the sweep's first call, which lists source servers by state; None without such a call."""
    return next((came_at(call) for call in record.calls if _filters(call).get("lifeCycleStates")), None)


def looks_at(call: Document, server_id: str) -> bool:
    """Whether *call* reads the source server itself, by its ID."""
    return call["operation"] == "DescribeSourceServers" and server_id in _filters(call).get("sourceServerIDs", [])


def _write(call: Document, reads: Collection[Document], record: Record) -> Write:
    server_id, at = call["parameters"].get("sourceServerID", ""), came_at(call)
    if call["operation"] == FINALIZE:
        is_swept = server_id in record.sweep.server_ids
        age = max(_ages(server_id, record.servers.get(server_id), at, reads, is_swept=is_swept), default=math.inf)
    else:
        age = 0
    return Write(operation=call["operation"], server_id=server_id, at=at, evidence_age=age)


def _ages(
    server_id: str, server: Server | None, at: datetime, reads: Collection[Document], *, is_swept: bool
) -> Iterator[float]:
    """Yield the age of the last completed read of each kind at the time of the write."""
    if server is None:
        return
    kinds: tuple[Callable[[Document], bool], ...] = (
        lambda read: looks_at(read, server_id),
        lambda read: read["operation"] == "DescribeJobs" and server.job_id in _filters(read).get("jobIDs", []),
        lambda read: read["operation"] == "DescribeJobLogItems" and read["parameters"].get("jobID") == server.job_id,
        lambda read: read["operation"] == "DescribeInstanceStatus" and server.instance_id in _instance_ids(read),
    )
    for is_of_kind in kinds:
        ages = ((read, (at - came_at(read)).total_seconds()) for read in reads if is_of_kind(read))
        last = min(((age, read) for read, age in ages if age >= read["seconds"]), default=None, key=itemgetter(0))
        if last is None:
            yield math.inf
        else:
            age, read = last
            yield 0 if is_swept and read["operation"] == "DescribeJobLogItems" else age


def _filters(call: Document) -> Document:
    filters: Document = call["parameters"].get("filters") or {}
    return filters if call["service"] == "mgn" else {}


def _instance_ids(call: Document) -> list[str]:
    return [value for name, value in call["parameters"].items() if name.startswith("InstanceId")]
