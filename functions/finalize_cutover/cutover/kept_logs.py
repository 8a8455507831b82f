"""
The logs of ended cutover jobs, so that a warm environment does not read them again.

What was not read is not good: nothing else is kept.  A log is different, because it is
about something that is over: a job that is COMPLETED writes no more lines, and a new
launch has a new job with a new ID.
"""

from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from finalize_cutover.cutover.evidence import CutoverJob, JobEvent
from finalize_cutover.cutover.readiness.launch_rules import telling

Logs: TypeAlias = dict[tuple[Hashable, str], tuple[JobEvent, ...]]

# MGN's reads can lag behind its writes, so a log that is read right after the end can lack its last lines.
SETTLED_AFTER = timedelta(minutes=15)
# About 250 bytes each.  4,000 source servers, launched one by one, need 4,000 lines, and more where launches failed.
# With all their lines, logs that do not fit are read again.
MOST_LINES = 40_000


class KeptLogs:
    """
    The kept logs of one account and Region.

    Args:
        logs: Where they are kept, for all accounts together; None for none that were kept before.

        account: Account and Region.

        are_whole: Whether all lines are kept, for the records in the evidence bucket.
    """

    def __init__(self, logs: Logs | None = None, account: Hashable = None, *, are_whole: bool = False) -> None:
        self._logs = {} if logs is None else logs
        self._account = account
        self._are_whole = are_whole

    def find(self, job_ids: list[str]) -> dict[str, tuple[JobEvent, ...]]:
        """Return ``{job ID: lines}`` of those *job_ids* whose log is kept: all, or those that the rule names."""
        found = {job_id: self._logs.get((self._account, job_id)) for job_id in job_ids}
        # An empty log blocks, so it is read again.
        return {job_id: log for job_id, log in found.items() if log}

    def keep(self, logs: Mapping[str, tuple[JobEvent, ...]], jobs: Mapping[str, CutoverJob], read_at: datetime) -> None:
        """
        Keep those *logs* that no longer change.

        Args:
            logs: ``{job ID: whole log}``, just read.

            jobs: ``{job ID: job}``, just read.

            read_at: When reading began.
        """
        # It is simpler to read all of them once more than to choose some.
        if sum(map(len, list(self._logs.values()))) > MOST_LINES:
            self._logs.clear()
        for job_id, log in logs.items():
            if job_id in jobs and _is_settled(jobs[job_id], read_at):
                self._logs[self._account, job_id] = log if self._are_whole else telling(log)


def _is_settled(job: CutoverJob, read_at: datetime) -> bool:
    return job.status == "COMPLETED" and job.ended_at is not None and job.ended_at <= read_at - SETTLED_AFTER
