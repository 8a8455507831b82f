"""The logs of several jobs are read at the same time, by fewer readers when MGN throttles; none is lost."""

import threading
from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import MgnUnavailableError
from finalize_cutover.cutover.evidence import JobEvent
from finalize_cutover.cutover.finalize.read_logs import READERS, read_logs
from finalize_cutover.cutover.ports import Services
from tests.unit.builders import NOW
from tests.unit.fakes import FakeClock

LOG = (JobEvent(event="JOB_START"),)
THROTTLED = MgnUnavailableError("Rate exceeded.", is_throttled=True)
JOBS = [f"mgnjob-{number:017}" for number in range(40)]


class Logs:
    """MGN's logs; *answer* is called for each read, with the number of reads that are under way."""

    def __init__(self, answer):
        self.asked, self.most = [], 0
        self._answer = answer
        self._under_way = 0
        self._lock = threading.Lock()

    def job_log(self, job_id):
        with self._lock:
            self.asked.append(job_id)
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            under_way = self._under_way
        try:
            return self._answer(job_id, under_way)
        finally:
            with self._lock:
                self._under_way -= 1


def read(logs, *, clock=None, until=NOW + timedelta(seconds=7.5), job_ids=JOBS):
    services = Services(mgn=logs, instances=None, clock=clock or FakeClock())
    return read_logs(job_ids, services=services, until=until)


def test_as_many_logs_are_read_at_the_same_time_as_there_are_readers():
    together = threading.Barrier(READERS, timeout=10)
    logs = Logs(lambda *_: together.wait() * 0 or LOG)

    found, errors = read(logs)

    assert (found, errors, logs.most) == (dict.fromkeys(JOBS, LOG), {}, READERS)


def test_one_log_that_takes_long_delays_no_other():
    others = threading.Event()

    def answer(job_id, _under_way):
        if job_id == JOBS[0]:
            assert others.wait(10)
        if job_id == JOBS[-1]:
            others.set()
        return LOG

    found, _ = read(Logs(answer))

    assert list(found)[-1] == JOBS[0]


def test_no_log_is_lost_where_mgn_throttles_all_but_one_at_a_time():
    def answer(_job_id, under_way):
        if under_way > 1:
            raise THROTTLED
        return LOG

    logs = Logs(answer)
    found, errors = read(logs)

    assert (set(found), errors) == (set(JOBS), {})
    assert len(logs.asked) < len(JOBS) + READERS


def test_where_mgn_throttles_everything_each_log_is_an_error():
    def answer(*_):
        raise THROTTLED

    logs = Logs(answer)
    found, errors = read(logs)

    assert (found, set(errors)) == ({}, set(JOBS))
    assert len(logs.asked) == len(JOBS) + READERS - 1


def test_another_error_is_that_of_its_job_alone():
    def answer(job_id, _under_way):
        if job_id == JOBS[3]:
            raise MgnUnavailableError("broken")
        return LOG

    found, errors = read(Logs(answer))

    assert (set(errors), len(found)) == ({JOBS[3]}, len(JOBS) - 1)


@pytest.mark.parametrize("job_ids", [JOBS[:1], JOBS])
def test_one_log_is_read_when_the_time_is_over(job_ids):
    found, errors = read(Logs(lambda *_: LOG), until=NOW, job_ids=job_ids)

    assert (list(found), errors) == (JOBS[:1], {})


def test_no_log_begins_after_its_time():
    clock = FakeClock()

    def answer(*_):
        clock.move(1)
        return LOG

    found, _ = read(Logs(answer), clock=clock)

    assert 8 <= len(found) < 8 + READERS


def test_without_jobs_nothing_is_read():
    assert read(Logs(lambda *_: LOG), job_ids=[]) == ({}, {})
