"""When the time runs out, completed work is reported, and other servers are reported as remaining."""

from types import NoneType

from finalize_cutover.cutover.errors import OutOfTimeError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.fleet_report import summary
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws

SERVERS = [f"s-{number:017}" for number in range(401)]
FEW = SERVERS[:3]


def launched_one_by_one(server_ids):
    jobs = {server_id: f"mgnjob-{server_id[2:]}" for server_id in server_ids}
    return FakeAws(*(ready(id_, cutover_job=job, instance_job=job) for id_, job in jobs.items()))


def test_no_further_portion_is_looked_at_when_it_is_too_late_to_act():
    aws = FakeAws(*map(ready, SERVERS))
    aws.take("DescribeSourceServers", 10)

    results = finalize(SERVERS, options=options(act=15), services=aws.services)

    assert list(map(len, aws.described)) == [200, 200]
    assert sorted(aws.finalized) == SERVERS[:200]
    assert summary(list(results.values())).remaining == tuple(SERVERS[200:])


def test_the_same_request_again_goes_on_there():
    aws = FakeAws(*map(ready, SERVERS))
    aws.take("DescribeSourceServers", 10)
    finalize(SERVERS, options=options(act=15), services=aws.services)
    aws.take("DescribeSourceServers", 0)

    results = finalize(SERVERS, options=options(act=600), services=aws.services)

    assert {result.report.outcome for result in results.values()} == {Outcome.FINALIZED}
    assert sorted(aws.finalized) == SERVERS


def test_what_is_known_of_those_that_wait_stands_when_it_is_too_late_to_look_again():
    aws = FakeAws(*(ready(server_id, first_boot="WAITING") for server_id in SERVERS[:201]))
    aws.clock.after(15, lambda: aws.take("DescribeSourceServers", 600))

    results = finalize(SERVERS[:201], options=options(wait=590, act=600), services=aws.services)

    assert list(map(len, aws.described)) == [200, 1, 200]
    assert results[SERVERS[200]].report.outcome == Outcome.NOT_READY


def test_no_further_log_is_read_when_it_is_too_late_to_act():
    aws = launched_one_by_one(FEW)
    aws.take("DescribeSourceServers", 10)

    results = finalize(FEW, options=options(act=15), services=aws.services)

    assert aws.calls.count("DescribeJobLogItems") == 2
    assert aws.finalized == FEW[:1]
    assert [type(result.cause) for result in results.values()] == [NoneType, OutOfTimeError, OutOfTimeError]


def test_a_log_is_read_in_each_look_while_there_is_time():
    aws = launched_one_by_one(FEW)
    aws.take("DescribeSourceServers", 10)

    finalize(FEW, options=options(act=31), services=aws.services)

    assert sorted(aws.finalized) == FEW


def test_the_first_look_is_taken_however_little_time_is_left():
    aws = FakeAws(ready(first_boot="STOPPED"))

    results = finalize([SERVER], options=options(act=-1), services=aws.services)

    assert results[SERVER].report.outcome == Outcome.BLOCKED


def test_nothing_more_is_archived_when_it_is_too_late_and_that_is_told():
    aws = FakeAws(*map(finalized, FEW))
    aws.take("MarkAsArchived", 10)

    results = finalize(FEW, options=options(act=15, archive=True), services=aws.services)

    reports = [result.report for result in results.values()]
    assert aws.calls.count("MarkAsArchived") == 2
    assert {report.outcome for report in reports} == {Outcome.FINALIZED}
    assert [report.warnings for report in reports] == [
        (),
        (),
        ("It was not archived: too little time was left; retry the request.",),
    ]
