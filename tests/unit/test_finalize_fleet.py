"""Several source servers in one request."""

import threading
from datetime import timedelta

from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.cutover.selection import Known
from tests.unit.builders import NOW, OTHER_SERVER, SERVER, finalized, logged, options, ready
from tests.unit.fakes import FakeAws

LOOK = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]


def test_several_servers_are_looked_at_together_and_reported_in_the_order_of_the_request():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER, instance_id="i-0123456789abcdef1", first_boot="STOPPED"))

    results = finalize([OTHER_SERVER, "s-0123456789abcdef2", SERVER], options=options(), services=aws.services)

    assert aws.calls == [*LOOK, "FinalizeCutover"]
    assert {server_id: result.report.outcome for server_id, result in results.items()} == {
        OTHER_SERVER: Outcome.BLOCKED,
        "s-0123456789abcdef2": Outcome.NOT_FOUND,
        SERVER: Outcome.FINALIZED,
    }
    assert list(results) == [OTHER_SERVER, "s-0123456789abcdef2", SERVER]


def test_each_log_is_read_once_however_many_servers_its_job_launched():
    servers = [f"s-{number:017}" for number in range(50)]
    aws = FakeAws(*(ready(s, instance_id=f"i-{s[2:]}", launch_instance=f"i-{s[2:]}") for s in servers))

    results = finalize(servers, options=options(), services=aws.services)

    assert aws.calls == [*LOOK, *["FinalizeCutover"] * 50]
    assert {result.report.outcome for result in results.values()} == {Outcome.FINALIZED}


def test_the_failed_snapshot_of_one_server_says_nothing_about_another_in_its_job():
    from_old_snapshot = ready(OTHER_SERVER, log=[logged("USING_PREVIOUS_SNAPSHOT", OTHER_SERVER)])
    aws = FakeAws(ready(), from_old_snapshot)

    finalize([SERVER, OTHER_SERVER], options=options(), services=aws.services)

    assert aws.finalized == [SERVER]


def test_one_servers_failure_does_not_stop_the_others():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", MgnRefusedError("no"))

    results = finalize([SERVER, OTHER_SERVER], options=options(), services=aws.services)

    assert {result.report.outcome for result in results.values()} == {Outcome.FAILED, Outcome.FINALIZED}
    assert len(aws.finalized) == 1


def throttled(times):
    return [MgnUnavailableError("busy", code="ThrottlingException", is_throttled=True)] * times


def test_what_is_final_is_told_although_the_rest_cannot_be_looked_at():
    aws = FakeAws(finalized(SERVER), ready(OTHER_SERVER))
    aws.fail("DescribeInstanceStatus", MgnRefusedError("no"))

    results = finalize([SERVER, OTHER_SERVER], options=options(), services=aws.services)

    assert [result.report.outcome for result in results.values()] == [Outcome.FINALIZED, Outcome.FAILED]


def test_ten_are_written_at_a_time():
    servers = [f"s-{number:017}" for number in range(50)]
    aws, together, crew = FakeAws(*map(ready, servers)), threading.Barrier(10, timeout=30), set()
    finalize_alone = aws.finalize

    def finalize_together(server_id, *, before_send):
        crew.add(threading.get_ident())
        together.wait()
        return finalize_alone(server_id, before_send=before_send)

    aws.finalize = finalize_together
    results = finalize(servers, options=options(), services=aws.services)

    assert list(results) == servers
    assert len(crew) == 10


def test_those_that_were_throttled_are_sent_again_while_others_get_through():
    servers = [f"s-{number:017}" for number in range(30)]
    aws = FakeAws(*map(ready, servers))
    aws.fail("FinalizeCutover", *throttled(9))

    results = finalize(servers, options=options(), services=aws.services)

    assert sorted(aws.finalized) == servers
    assert {result.report.outcome for result in results.values()} == {Outcome.FINALIZED}
    assert aws.calls.count("FinalizeCutover") == 39


def test_nobody_asks_on_when_nothing_gets_through():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", *throttled(1000))

    results = finalize([SERVER, OTHER_SERVER], options=options(), services=aws.services)

    assert 10 <= (aws.clock.now() - NOW).total_seconds() < 20
    assert aws.calls.count("FinalizeCutover") < 20
    assert {result.report.outcome for result in results.values()} == {Outcome.FAILED}
    assert {result.report.error.code for result in results.values()} == {"ThrottlingException"}


def test_what_failed_otherwise_is_not_tried_again():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", MgnRefusedError("no"))

    finalize([SERVER, OTHER_SERVER], options=options(), services=aws.services)

    assert aws.calls.count("FinalizeCutover") == 2


def test_hundreds_of_servers_are_looked_at_in_portions_and_acted_on_before_the_next_look():
    servers = [f"s-{number:017}" for number in range(401)]
    aws = FakeAws(*(ready(server_id) for server_id in servers))

    results = finalize(servers, options=options(), services=aws.services)

    writes = [aws.calls[:index].count("FinalizeCutover") for index, call in enumerate(aws.calls) if call == LOOK[0]]
    assert writes == [0, 200, 400]
    assert list(results) == servers
    assert len(aws.finalized) == 401


def known(*evidence, seconds_ago=0):
    found = Found(items={each.server.id: each.server for each in evidence})
    return Known(found=found, read_at=NOW - timedelta(seconds=seconds_ago))


def test_what_was_read_a_moment_ago_is_not_read_again():
    aws = FakeAws(ready(SERVER), finalized(OTHER_SERVER))
    before = known(ready(SERVER), finalized(OTHER_SERVER))

    results = finalize([SERVER, OTHER_SERVER], options=options(), services=aws.services, known=before)

    assert aws.calls == [*LOOK[1:], "FinalizeCutover"]
    assert {result.report.outcome for result in results.values()} == {Outcome.FINALIZED}


def test_what_was_read_too_long_ago_is_read_again():
    aws = FakeAws(ready())

    finalize([SERVER], options=options(), services=aws.services, known=known(ready(), seconds_ago=8))

    assert aws.calls == [*LOOK, "FinalizeCutover"]


def test_what_is_known_from_before_is_read_anew_after_a_wait():
    aws = FakeAws(ready(first_boot="WAITING"))
    aws.clock.after(15, lambda: aws.set(ready()))
    before = known(ready(first_boot="WAITING"))

    results = finalize([SERVER], options=options(wait=60), services=aws.services, known=before)

    assert aws.calls.count("DescribeSourceServers") == 1
    assert results[SERVER].report.outcome == Outcome.FINALIZED
