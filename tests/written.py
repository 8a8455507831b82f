"""Analyzes writes in the call log of the local AWS: which, when, and the age of the evidence."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

from local.client import LocalAws

Call = dict[str, Any]


def writes(aws: LocalAws) -> list[Call]:
    """Return every received FinalizeCutover, including throttled ones."""
    return [call for call in aws.calls("mgn") if call["operation"] == "FinalizeCutover"]


def taken(aws: LocalAws) -> set[str]:
    """Return the IDs of the source servers whose cutover MGN finalized."""
    return {call["parameters"]["sourceServerID"] for call in writes(aws) if call["status"] == 200}


def written_after(aws: LocalAws, moment: float) -> list[Call]:
    """Return every FinalizeCutover that was received after *moment*, in seconds since the epoch."""
    return [call for call in writes(aws) if call["receivedAt"] > moment]


def oldest_evidence(aws: LocalAws) -> float:
    """Return the maximum, over all writes, of the seconds between a write and the last read of its source server."""
    calls = aws.calls("mgn")
    return max(_age(write, calls) for write in writes(aws))


def _age(write: Call, calls: Iterable[Call]) -> float:
    server_id, sent_at = write["parameters"]["sourceServerID"], write["receivedAt"]
    looks = [call["receivedAt"] for call in calls if call["status"] == 200 and _shows(call, server_id)]
    return float(min(sent_at - at for at in looks if at <= sent_at))


def _shows(call: Call, server_id: str) -> bool:
    filters = call["parameters"].get("filters", {})
    return call["operation"] == "DescribeSourceServers" and server_id in filters.get("sourceServerIDs", [server_id])


class Meanwhile:
    """
    An event some time after the first read, while the function works.

    Attributes:
        happened_at: Time of the event, in seconds since the epoch; None before.
    """

    def __init__(self, aws: LocalAws, happen: Callable[[], object], *, seconds_after_the_look: float = 0) -> None:
        self.happened_at: float | None = None
        self._aws = aws
        self._happen = happen
        self._pause = seconds_after_the_look
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(30)

    def _run(self) -> None:
        give_up_at = time.monotonic() + 30
        while not self._has_looked() and time.monotonic() < give_up_at:
            time.sleep(0.01)
        time.sleep(self._pause)
        self._happen()
        self.happened_at = time.time()

    def _has_looked(self) -> bool:
        # The job logs and the instances are read after the source servers.
        return any(call["operation"] == "DescribeInstanceStatus" and call["status"] for call in self._aws.calls("ec2"))
