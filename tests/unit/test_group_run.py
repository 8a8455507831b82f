"""``AllOrNothing``: nothing is finalized unless every source server is final or ready, in two looks."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.errors import ConflictError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import NOW, OTHER_SERVER, SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws

BOTH = [SERVER, OTHER_SERVER]
OTHER_JOB = dict.fromkeys(("cutover_job", "instance_job"), "mgnjob-0123456789abcdef9")
LOOK = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]


def run(aws, server_ids=BOTH, **differences):
    results = finalize(server_ids, options=options(all_or_nothing=True, **differences), services=aws.services)
    return {server_id: result.report for server_id, result in results.items()}


def outcomes(reports):
    return [report.outcome for report in reports.values()]


def group_finding(report):
    return next((f.verdict, f.reason) for f in report.readiness if f.rule == "group")


def test_all_ready_servers_are_finalized_after_two_looks():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))

    assert outcomes(run(aws)) == [Outcome.FINALIZED, Outcome.FINALIZED]
    assert aws.calls == [*LOOK, *LOOK, "FinalizeCutover", "FinalizeCutover"]


def test_a_final_server_does_not_hold_up_the_others_and_is_read_once():
    aws = FakeAws(finalized(SERVER), ready(OTHER_SERVER))

    assert outcomes(run(aws)) == [Outcome.FINALIZED, Outcome.FINALIZED]
    assert (aws.finalized, aws.described) == ([OTHER_SERVER], [set(BOTH), {OTHER_SERVER}])


def test_final_servers_are_reported_as_final_even_if_no_time_is_left_to_write():
    aws = FakeAws(finalized(SERVER), finalized(OTHER_SERVER))

    reports = run(aws, act_until=NOW - timedelta(seconds=1))

    assert outcomes(reports) == [Outcome.FINALIZED, Outcome.FINALIZED]


def test_ready_servers_are_not_written_if_no_time_is_left():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))

    reports = run(aws, act_until=NOW - timedelta(seconds=1))

    assert outcomes(reports) == [Outcome.FAILED, Outcome.FAILED]
    assert aws.writes == []


def test_one_server_alone_is_looked_at_once():
    aws = FakeAws(ready(SERVER))

    run(aws, [SERVER])

    assert aws.calls == [*LOOK, "FinalizeCutover"]


@pytest.mark.parametrize(
    ("other", "outcome", "verdict"),
    [
        (ready(OTHER_SERVER, first_boot="WAITING"), Outcome.NOT_READY, "WAIT"),
        (ready(OTHER_SERVER, first_boot="STOPPED"), Outcome.BLOCKED, "BLOCK"),
        (None, Outcome.NOT_FOUND, "BLOCK"),
    ],
)
def test_a_server_that_is_not_ready_keeps_the_others_from_being_finalized(other, outcome, verdict):
    aws = FakeAws(ready(SERVER), *([other] if other else []))

    reports = run(aws)

    held = Outcome.BLOCKED if verdict == "BLOCK" else Outcome.NOT_READY
    assert outcomes(reports) == [held, outcome]
    assert group_finding(reports[SERVER]) == (verdict, f"AllOrNothing is set, and {OTHER_SERVER} is not ready")
    assert aws.writes == []


@pytest.mark.parametrize(
    ("error", "verdict"), [(MgnUnavailableError("later"), "WAIT"), (MgnRefusedError("denied"), "BLOCK")]
)
def test_a_server_that_could_not_be_read_keeps_the_others_from_being_finalized(error, verdict):
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER, **OTHER_JOB))
    aws.unreadable_logs["mgnjob-0123456789abcdef9"] = error

    reports = run(aws)

    assert outcomes(reports)[1] == Outcome.FAILED
    assert group_finding(reports[SERVER])[0] == verdict
    assert aws.writes == []


def test_a_server_that_is_not_ready_in_the_second_look_keeps_the_others_from_being_finalized():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    looks = []
    read = aws.describe

    def describe(server_ids, **rest):
        looks.append(server_ids)
        if len(looks) == 2:
            aws.set(ready(OTHER_SERVER, first_boot="STOPPED"))
        return read(server_ids, **rest)

    aws.describe = describe

    assert outcomes(run(aws)) == [Outcome.BLOCKED, Outcome.BLOCKED]
    assert (len(looks), aws.writes) == (2, [])


def test_the_group_waits_for_its_last_server():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER, first_boot="WAITING"))
    aws.clock.after(40, lambda: aws.set(ready(OTHER_SERVER)))

    assert outcomes(run(aws, wait=120)) == [Outcome.FINALIZED, Outcome.FINALIZED]
    assert aws.clock.now() - NOW == timedelta(seconds=45)


def test_a_group_does_not_wait_if_one_server_needs_a_person():
    third = "s-0123456789abcdef2"
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER, first_boot="WAITING"), ready(third, first_boot="STOPPED"))

    reports = run(aws, [*BOTH, third], wait=120)

    assert outcomes(reports) == [Outcome.BLOCKED, Outcome.NOT_READY, Outcome.BLOCKED]
    assert aws.clock.sleeps == []


def test_a_group_does_not_wait_for_a_soak_time_that_is_too_long():
    third = "s-0123456789abcdef2"
    young = ready(OTHER_SERVER, **OTHER_JOB, job_ended_at=NOW - timedelta(minutes=1))
    aws = FakeAws(ready(SERVER), young, ready(third, first_boot="WAITING"))
    aws.clock.after(30, lambda: aws.set(ready(third)))

    reports = run(aws, [*BOTH, third], wait=120, soak_minutes=30)

    assert outcomes(reports) == [Outcome.NOT_READY] * 3
    assert aws.writes == []


def test_more_than_one_batch_is_looked_at_before_the_first_write():
    servers = [f"s-{number:017}" for number in range(450)]
    aws = FakeAws(*(ready(s, instance_id=f"i-{s[2:]}", launch_instance=f"i-{s[2:]}") for s in servers))

    assert set(outcomes(run(aws, servers))) == {Outcome.FINALIZED}
    first_write = aws.calls.index("FinalizeCutover")
    assert aws.calls[:first_write].count("DescribeSourceServers") == 6


def test_one_server_of_the_last_batch_keeps_all_from_being_finalized():
    servers = [f"s-{number:017}" for number in range(450)]
    evidence = [ready(s, instance_id=f"i-{s[2:]}", launch_instance=f"i-{s[2:]}") for s in servers]
    aws = FakeAws(*evidence[:-1], ready(servers[-1], first_boot="WAITING"))

    reports = run(aws, servers)

    assert set(outcomes(reports)) == {Outcome.NOT_READY}
    assert aws.writes == []


def test_a_write_that_fails_midway_is_reported_and_the_same_request_goes_on():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", MgnRefusedError("no"))

    first = run(aws)
    second = run(aws)

    assert sorted(outcomes(first)) == [Outcome.FAILED, Outcome.FINALIZED]
    assert outcomes(second) == [Outcome.FINALIZED, Outcome.FINALIZED]
    assert sorted(aws.finalized) == BOTH


def test_after_the_first_write_a_conflict_of_one_server_does_not_stop_the_others():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", ConflictError("busy", http_status=409))

    assert sorted(outcomes(run(aws))) == [Outcome.FAILED, Outcome.FINALIZED]


def test_a_dry_run_says_what_the_group_would_do_after_one_look():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))

    assert outcomes(run(aws, dry_run=True)) == [Outcome.WOULD_FINALIZE, Outcome.WOULD_FINALIZE]
    assert aws.calls == LOOK


def test_a_dry_run_of_a_group_that_is_not_ready_would_finalize_nothing():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER, first_boot="WAITING"))

    assert outcomes(run(aws, dry_run=True)) == [Outcome.NOT_READY, Outcome.NOT_READY]


def test_a_group_that_cannot_be_looked_at_in_time_is_given_up():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.take("DescribeJobs", 20)

    reports = run(aws, act=100)

    assert (set(outcomes(reports)), aws.writes) == ({Outcome.FAILED}, [])


def test_archiving_a_final_server_is_no_first_write():
    third = "s-0123456789abcdef2"
    aws = FakeAws(finalized(SERVER), ready(OTHER_SERVER), ready(third, first_boot="WAITING"))

    reports = run(aws, [*BOTH, third], archive=True, wait=60)

    assert outcomes(reports) == [Outcome.FINALIZED, Outcome.NOT_READY, Outcome.NOT_READY]
    assert aws.writes == ["MarkAsArchived"]


def test_final_servers_are_archived_after_the_writes_of_the_others():
    aws = FakeAws(finalized(SERVER), ready(OTHER_SERVER))

    run(aws, archive=True)

    assert aws.writes == ["FinalizeCutover", "MarkAsArchived", "MarkAsArchived"]


def test_throttled_writes_are_no_first_write():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    throttled = MgnUnavailableError("slow down", http_status=429, is_throttled=True)
    aws.fail("FinalizeCutover", *[throttled] * 40)
    aws.clock.after(60, lambda: aws.set(ready(OTHER_SERVER, first_boot="STOPPED")))

    reports = run(aws, wait=300)

    assert (outcomes(reports), aws.finalized) == ([Outcome.BLOCKED, Outcome.BLOCKED], [])


def test_a_server_that_fails_before_anything_was_sent_keeps_the_others_from_being_finalized():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.take("FinalizeCutover", 20)
    aws.fail("FinalizeCutover", MgnRefusedError("the role cannot be assumed"))

    reports = run(aws)

    assert sorted(outcomes(reports)) == [Outcome.BLOCKED, Outcome.FAILED]
    assert aws.finalized == []
