"""Automation does not read the log again of a job that ended long ago; everything else is read each time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finalize_cutover.aws.clients import Clients
from finalize_cutover.bootstrap import AwsAdapters
from finalize_cutover.cutover import kept_logs
from finalize_cutover.cutover.errors import MgnUnavailableError
from finalize_cutover.cutover.evidence import CutoverJob, JobEvent
from finalize_cutover.cutover.kept_logs import SETTLED_AFTER, KeptLogs
from finalize_cutover.cutover.readiness.launch_rules import KNOWN_EVENTS, job_log, telling
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.handlers import direct
from finalize_cutover.handlers.eventbridge import sweep
from finalize_cutover.settings import read_settings
from tests.unit.automated import approved
from tests.unit.builders import JOB, NOW, OTHER_SERVER, SERVER, ready
from tests.unit.evidence_buckets import WITH_BUCKET
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging

LINE = JobEvent(event="JOB_START")
ENDED = CutoverJob(
    id=JOB, type="LAUNCH", initiated_by="START_CUTOVER", status="COMPLETED", ended_at=NOW - SETTLED_AFTER
)
EVENTS = st.sampled_from([*sorted(KNOWN_EVENTS), "LAUNCH_END", "SOMETHING_NEW"])
LINES = st.builds(
    JobEvent, event=EVENTS, server_id=st.sampled_from([None, SERVER, OTHER_SERVER]), has_error=st.booleans()
)


def kept(log=(LINE,), **differences):
    """Return what is found after the log of a job that ended long ago was kept; *differences* change the job."""
    logs = KeptLogs()
    logs.keep({JOB: log}, {JOB: replace(ENDED, **differences)}, NOW)
    return logs.find([JOB])


def swept_twice(aws):
    """Sweep, make the instance healthy, and sweep again in the same environment."""
    for _ in range(2):
        sweep.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: FakeStaging()))
        aws.set(approved())


def test_the_log_of_a_job_that_ended_long_ago_is_kept():
    assert kept() == {JOB: (LINE,)}


@pytest.mark.parametrize(
    "differences",
    [
        {"status": "STARTED"},
        {"status": "PENDING"},
        {"status": None},
        {"ended_at": None},
        {"ended_at": NOW - SETTLED_AFTER + timedelta(seconds=1)},
        {"log": ()},
    ],
    ids=str,
)
def test_a_log_that_can_still_change_or_is_empty_is_not_kept(differences):
    assert kept(**differences) == {}


def test_the_log_of_a_job_that_mgn_does_not_list_is_not_kept():
    logs = KeptLogs()

    logs.keep({JOB: (LINE,)}, {}, NOW)

    assert logs.find([JOB]) == {}


def test_a_log_of_another_account_is_not_found():
    shared = {}
    KeptLogs(shared, "111122223333").keep({JOB: (LINE,)}, {JOB: ENDED}, NOW)

    assert KeptLogs(shared, "444455556666").find([JOB]) == {}
    assert KeptLogs(shared, "111122223333").find([JOB]) == {JOB: (LINE,)}


def test_no_more_lines_are_kept_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(kept_logs, "MOST_LINES", 2)
    logs = KeptLogs()

    for number in range(10):
        job = replace(ENDED, id=f"mgnjob-{number:017}")
        logs.keep({job.id: (LINE,)}, {job.id: job}, NOW)

    assert list(logs.find([f"mgnjob-{number:017}" for number in range(10)])) == ["mgnjob-00000000000000009"]


def test_only_one_line_is_kept_of_a_log_without_a_failure():
    assert kept(log=(LINE, JobEvent(event="LAUNCH_START"), JobEvent(event="JOB_END"))) == {JOB: (LINE,)}


@pytest.mark.parametrize(
    ("settings", "lines"), [(WITH_BUCKET, 3), (read_settings({"AWS_REGION": "eu-west-1"}), 1)], ids=["bucket", "none"]
)
def test_every_line_is_kept_where_an_evidence_bucket_records_them(settings, lines):
    log = (LINE, JobEvent(event="LAUNCH_START"), JobEvent(event="JOB_END"))
    logs = AwsAdapters(settings, FakeAws().clock, Clients(), {}).services(None, NOW).kept_logs

    logs.keep({JOB: log}, {JOB: ENDED}, NOW)

    assert logs.find([JOB]) == {JOB: log[:lines]}


@given(st.lists(LINES, max_size=8).map(tuple))
def test_the_kept_lines_lead_to_the_same_finding_as_the_whole_log(log):
    evidence = ready()

    whole, told = (job_log(replace(evidence, log=lines), ReadinessPolicy(), NOW) for lines in (log, telling(log)))

    assert whole == told
    assert telling(telling(log)) == telling(log)


def test_a_second_sweep_reads_everything_but_the_log():
    aws = FakeAws(approved(ec2_system="impaired"))

    swept_twice(aws)

    assert aws.finalized == [SERVER]
    assert (aws.calls.count("DescribeJobLogItems"), aws.calls.count("DescribeJobs")) == (1, 2)


def test_a_log_that_could_not_be_read_is_read_again():
    aws = FakeAws(approved(ec2_system="impaired"))
    aws.fail("DescribeJobLogItems", MgnUnavailableError("broken"))

    swept_twice(aws)

    assert (aws.finalized, aws.calls.count("DescribeJobLogItems")) == ([SERVER], 2)


def test_a_kept_log_with_a_failure_still_blocks():
    failed = (JobEvent(event="LAUNCH_FAILED", server_id=SERVER),)
    aws = FakeAws(replace(approved(), log=failed))

    for _ in range(2):
        report = sweep.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: FakeStaging()))

    assert [found["rule"] for found in report["servers"][0]["readiness"]] == ["job-log"]
    assert (aws.finalized, aws.calls.count("DescribeJobLogItems")) == ([], 1)


def test_a_direct_request_reads_every_log():
    aws = FakeAws(approved())

    for _ in range(2):
        direct.handle({"action": "check", "sourceServerID": SERVER}, invocation(aws))

    assert aws.calls.count("DescribeJobLogItems") == 2
