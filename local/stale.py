"""
Stale reads: reads that return the state before a write.

After a ``stale`` fault is added, the next write to MGN triggers it.  From then on, for the fault's number of reads or
seconds (by the movable clock), reads return MGN's state before that write.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from local.clock import CLOCK
from local.faults import Fault
from local.mgn import mgn_backends
from local.mgn.models import MGNBackend
from local.mgn.source_servers import SourceServer

WRITES = {
    "FinalizeCutover",
    "StartCutover",
    "ChangeServerLifeCycleState",
    "DisconnectFromService",
    "MarkAsArchived",
    "TagResource",
    "UntagResource",
}
READS = {"DescribeSourceServers"}

Snapshot = dict[MGNBackend, dict[str, SourceServer]]


class StaleReads:
    """The old state that stale reads return.  Hold ``CLOCK.lock`` to use it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Make reads return the current state."""
        self._ordered: Fault | None = None
        self._past: Snapshot | None = None
        self._until: datetime | None = None

    def order(self, fault: Fault) -> None:
        """Make reads stale after the next write."""
        self.clear()
        self._ordered = fault

    @contextmanager
    def around(self, operation: str) -> Iterator[bool]:
        """Run the block with the state that *operation* must see; yield whether it is the old state."""
        if operation in WRITES and self._ordered and self._past is None:
            self._past = _snapshot()
            self._until = CLOCK.now() + timedelta(seconds=self._ordered.seconds)
        if operation in READS and self._sees_past():
            present, past = _snapshot(deep=False), self._past or {}
            _restore(past)
            try:
                yield True
            finally:
                _restore(present)
        else:
            yield False

    def _sees_past(self) -> bool:
        """Return whether a read returns the old state, and count the read if it does."""
        if self._past is None or self._ordered is None or self._until is None:
            return False
        if self._ordered.times <= 0 or CLOCK.now() >= self._until:
            self.clear()
            return False
        self._ordered.times -= 1
        return True


def _snapshot(*, deep: bool = True) -> Snapshot:
    backends = [backend for _, _, backend in mgn_backends.iter_backends() if isinstance(backend, MGNBackend)]
    return {b: copy.deepcopy(b.source_servers) if deep else b.source_servers for b in backends}


def _restore(snapshot: Snapshot) -> None:
    for backend, servers in snapshot.items():
        backend.source_servers = servers
