"""Several source servers in one request."""

import threading

from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize import finalize
from finalize_cutover.cutover.fleet import act_on_all
from finalize_cutover.cutover.report import Outcome
from finalize_cutover.cutover.result import not_found
from tests.unit.builders import OTHER_SERVER, SERVER, finalized, logged, order, ready
from tests.unit.fakes import FakeAws

LOOK = ["DescribeSourceServers", "DescribeJobs", "DescribeJobLogItems", "DescribeInstanceStatus"]


def test_several_servers_are_looked_at_together_and_reported_in_the_order_of_the_request():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER, instance_id="i-0123456789abcdef1", first_boot="STOPPED"))

    results = finalize([OTHER_SERVER, "s-0123456789abcdef2", SERVER], order=order(), world=aws.world)

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

    results = finalize(servers, order=order(), world=aws.world)

    assert aws.calls == [*LOOK, *["FinalizeCutover"] * 50]
    assert {result.report.outcome for result in results.values()} == {Outcome.FINALIZED}


def test_the_failed_snapshot_of_one_server_says_nothing_about_another_in_its_job():
    from_old_snapshot = ready(OTHER_SERVER, log=[logged("USING_PREVIOUS_SNAPSHOT", OTHER_SERVER)])
    aws = FakeAws(ready(), from_old_snapshot)

    finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world)

    assert aws.finalized == [SERVER]


def test_one_servers_failure_does_not_stop_the_others():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", MgnRefusedError("no"))

    results = finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world)

    assert {result.report.outcome for result in results.values()} == {Outcome.FAILED, Outcome.FINALIZED}
    assert len(aws.finalized) == 1


def throttled(times):
    return [MgnUnavailableError("busy", code="ThrottlingException", is_throttled=True)] * times


def test_what_is_final_is_told_although_the_rest_cannot_be_looked_at():
    aws = FakeAws(finalized(SERVER), ready(OTHER_SERVER))
    aws.fail("DescribeInstanceStatus", MgnRefusedError("no"))

    results = finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world)

    assert [result.report.outcome for result in results.values()] == [Outcome.FINALIZED, Outcome.FAILED]


def test_ten_are_acted_on_at_a_time():
    servers = [f"s-{number:017}" for number in range(50)]
    together, crew = threading.Barrier(10, timeout=30), set()

    def act(server_id):
        crew.add(threading.get_ident())
        together.wait()
        return not_found(server_id)

    results = act_on_all(servers, act)

    assert list(results) == servers
    assert len(crew) == 10


def test_those_that_were_throttled_are_asked_for_again_while_others_get_through():
    servers = [f"s-{number:017}" for number in range(30)]
    aws = FakeAws(*(ready(server_id) for server_id in servers))
    aws.fail("FinalizeCutover", *throttled(29))

    results = finalize(servers, order=order(), world=aws.world)

    assert sorted(aws.finalized) == servers
    assert {result.report.outcome for result in results.values()} == {Outcome.FINALIZED}
    assert aws.calls.count("FinalizeCutover") == 59


def test_nobody_asks_on_when_nothing_gets_through():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", *throttled(10))

    results = finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world)

    assert aws.calls.count("FinalizeCutover") == 2
    assert {result.report.outcome for result in results.values()} == {Outcome.FAILED}


def test_who_was_throttled_in_the_end_is_found_finalized_where_an_attempt_before_had_its_effect():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", *throttled(2), after_effect=True)

    results = finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world)

    assert aws.calls == [*LOOK, "FinalizeCutover", "FinalizeCutover", "DescribeSourceServers"]
    assert [(r.report.outcome, r.report.changed) for r in results.values()] == [(Outcome.FINALIZED, True)] * 2


def test_what_failed_otherwise_is_not_tried_again():
    aws = FakeAws(ready(SERVER), ready(OTHER_SERVER))
    aws.fail("FinalizeCutover", MgnRefusedError("no"))

    finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world)

    assert aws.calls.count("FinalizeCutover") == 2


def test_hundreds_of_servers_are_looked_at_in_portions_and_acted_on_before_the_next_look():
    servers = [f"s-{number:017}" for number in range(401)]
    aws = FakeAws(*(ready(server_id) for server_id in servers))

    results = finalize(servers, order=order(), world=aws.world)

    writes = [aws.calls[:index].count("FinalizeCutover") for index, call in enumerate(aws.calls) if call == LOOK[0]]
    assert writes == [0, 200, 400]
    assert list(results) == servers
    assert len(aws.finalized) == 401


def test_what_was_read_a_moment_ago_is_not_read_again():
    aws = FakeAws(ready(SERVER), finalized(OTHER_SERVER))
    known = {SERVER: ready(SERVER).server, OTHER_SERVER: finalized(OTHER_SERVER).server}

    results = finalize([SERVER, OTHER_SERVER], order=order(), world=aws.world, known=known)

    assert aws.calls == [*LOOK[1:], "FinalizeCutover"]
    assert {result.report.outcome for result in results.values()} == {Outcome.FINALIZED}


def test_what_is_known_from_before_is_read_anew_after_a_wait():
    aws = FakeAws(ready(first_boot="WAITING"))
    aws.clock.after(15, lambda: aws.set(ready()))
    known = {SERVER: ready(first_boot="WAITING").server}

    results = finalize([SERVER], order=order(wait=60), world=aws.world, known=known)

    assert aws.calls.count("DescribeSourceServers") == 1
    assert results[SERVER].report.outcome == Outcome.FINALIZED
