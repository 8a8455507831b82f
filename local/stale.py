"""
Stale reads: reads that return the state before a write.

After a ``stale`` fault is added, the next write to its service triggers it.  From then on, for the fault's number of
reads or seconds (by the movable clock), reads return the service's state before that write: those of the fault's
operation, or all of them if that is no read.  For services other than MGN, changes by admin routes are writes too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from local import stale_state
from local.clock import CLOCK
from local.faults import Fault
from local.stale_state import Cells

WRITES = {
    "mgn": {
        "ArchiveApplication",
        "ArchiveWave",
        "FinalizeCutover",
        "StartCutover",
        "ChangeServerLifeCycleState",
        "DisconnectFromService",
        "MarkAsArchived",
        "TagResource",
        "UntagResource",
    },
    "ec2": {"ModifyInstanceAttribute"},
}
READS = {
    "mgn": {"DescribeSourceServers"},
    "ec2": {
        "DescribeApplicationStatus",
        "DescribeInstanceAttribute",
        "DescribeInstanceStatus",
        "DescribeSnapshots",
        "DescribeVolumes",
    },
    "cloudwatch": {"DescribeAlarms"},
    "ssm": {"GetCalendarState"},
}


@dataclass(slots=True, kw_only=True)
class StaleFault:
    """
    A ``stale`` fault.

    Attributes:
        past: The state before the write; None until there is one.

        until: When reads return the current state again.
    """

    fault: Fault
    past: Cells | None = None
    until: datetime | None = None

    def begin(self) -> None:
        """Keep the state before a write, unless one has been kept."""
        if self.past is None:
            self.past = stale_state.of(self.fault.service)
            self.until = CLOCK.now() + timedelta(seconds=self.fault.seconds)

    def take(self) -> Cells | None:
        """Return the old state for one more read; None if it is over, or has not begun."""
        if self.until is None or CLOCK.now() >= self.until or self.fault.times <= 0:
            return None
        self.fault.times -= 1
        return self.past


class StaleReads:
    """The old state that stale reads return, for each service.  Hold ``CLOCK.lock`` to use it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Make reads return the current state."""
        self._faults: dict[str, StaleFault] = {}

    def add(self, fault: Fault) -> None:
        """
        Make reads stale after the next write to the fault's service.

        Raises:
            ValueError: The service or the operation has no stale reads.
        """
        if fault.operation not in {*READS.get(fault.service, ()), *WRITES.get(fault.service, ()), "*"}:
            raise ValueError(f"Reads cannot be stale for {fault.operation} of {fault.service}.")
        self._faults[fault.service] = StaleFault(fault=fault)

    def before_write(self, service: str) -> None:
        """Keep the state of *service*, which is about to be changed, if reads are to be stale."""
        if stale := self._faults.get(service):
            stale.begin()

    @contextmanager
    def around(self, service: str, operation: str) -> Iterator[bool]:
        """Run the block with the state that *operation* must see; yield whether it is the old state."""
        if operation in WRITES.get(service, ()):
            self.before_write(service)
        past = self._past_of(service, operation)
        if past is None:
            yield False
            return
        present = stale_state.exchange(past)
        try:
            yield True
        finally:
            stale_state.exchange(present)

    def _past_of(self, service: str, operation: str) -> Cells | None:
        stale = self._faults.get(service)
        if stale is None or operation not in READS[service]:
            return None
        is_for_others = stale.fault.operation in READS[service] and stale.fault.operation != operation
        return None if is_for_others else stale.take()
