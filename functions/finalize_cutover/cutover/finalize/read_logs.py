"""Read the logs of cutover jobs: one call for each job, several at the same time."""

import threading
from collections import deque
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from finalize_cutover.cutover.errors import CutoverError, MgnUnavailableError
from finalize_cutover.cutover.evidence import JobEvent
from finalize_cutover.cutover.ports import Services

# With the read of the jobs, which runs at the same time, fewer than the 10 connections that the SDK keeps open.
READERS = 8


def read_logs(
    job_ids: Collection[str], *, services: Services, until: datetime
) -> tuple[dict[str, tuple[JobEvent, ...]], dict[str, CutoverError]]:
    """
    Return the logs and the errors by job ID; a job that was not reached is in neither.

    Args:
        job_ids: Distinct job IDs; the first are reached first.

        services: The ports of the account.

        until: Latest time to start reading another log; one is read anyway.
    """
    reading = _Reading(job_ids, services, until)
    if reading.readers < 2:
        reading.read()
    else:
        with ThreadPoolExecutor(reading.readers) as pool:
            for future in [pool.submit(reading.read) for _ in range(reading.readers)]:
                future.result()
    return reading.logs, reading.errors


class _Reading:
    """
    What several readers share.

    The SDK repeats a throttled read, with pauses.  If MGN still throttles it, there is one reader fewer, and another
    one reads the job again.  The last reader goes on, slowed down by the pauses; for it, throttling is an error.
    """

    def __init__(self, job_ids: Collection[str], services: Services, until: datetime) -> None:
        self.logs: dict[str, tuple[JobEvent, ...]] = {}
        self.errors: dict[str, CutoverError] = {}
        self.readers = min(READERS, len(job_ids))
        self._queue = deque(job_ids)
        self._services = services
        self._until = until
        self._has_begun = False
        self._lock = threading.Lock()

    def read(self) -> None:
        """Read logs until all are read, the time is over, or this reader is one too many."""
        while job_id := self._next():
            try:
                self.logs[job_id] = self._services.mgn.job_log(job_id)
            except CutoverError as error:
                if self._is_one_too_many(job_id, error):
                    return
                self.errors[job_id] = error

    def _next(self) -> str | None:
        """Return the next job ID; None ends a reader."""
        with self._lock:
            if not self._queue or (self._has_begun and self._services.clock.now() >= self._until):
                self.readers -= 1
                return None
            self._has_begun = True
            return self._queue.popleft()

    def _is_one_too_many(self, job_id: str, error: CutoverError) -> bool:
        """Return whether the reader of *job_id* must stop because of *error*; then another one reads it again."""
        with self._lock:
            if self.readers < 2 or not (isinstance(error, MgnUnavailableError) and error.is_throttled):
                return False
            self.readers -= 1
            self._queue.append(job_id)
            return True
