"""Each result is logged, counted and published once, as soon as it is known, from any thread."""

import threading
from unittest import mock

import msgspec
import pytest

from finalize_cutover.cutover.errors import MgnRefusedError, OutOfTimeError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.result import Result, failed
from finalize_cutover.cutover.report import Outcome, report_on
from finalize_cutover.handlers.results import Publisher
from finalize_cutover.observability.metrics import flush_metrics
from tests.unit.automated import FakeResultPublisher
from tests.unit.builders import OTHER_SERVER, SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.records import log_lines, metrics

DONE = Result(report=report_on(finalized().server, Outcome.FINALIZED, changed=True))
OTHER_DONE = Result(report=report_on(finalized(OTHER_SERVER).server, Outcome.FINALIZED, changed=True))
DONE_BEFORE = Result(report=report_on(finalized().server, Outcome.FINALIZED))
REFUSED = failed(SERVER, MgnRefusedError("no"))
LATE = failed(SERVER, OutOfTimeError("too late"))


def told_in(lines):
    return [line["source_server_id"] for line in lines if "outcome" in line]


def test_a_result_is_logged_and_counted_at_once(capsys):
    with log_lines() as lines:
        Publisher().publish([DONE])
        before_anything_flushes = capsys.readouterr().out

    assert told_in(lines) == [SERVER]
    assert '"Finalized":[1.0]' in before_anything_flushes


@pytest.mark.parametrize(("result", "is_told"), [(DONE, True), (REFUSED, True), (DONE_BEFORE, False), (LATE, False)])
def test_what_was_done_and_what_failed_is_announced(result, is_told):
    bus = FakeResultPublisher()

    Publisher(bus).publish([result])

    assert bus.told == ([result.report] if is_told else [])


def test_what_only_lacked_time_is_told_unless_the_next_run_does_it(capsys):
    with log_lines() as direct:
        Publisher().publish([LATE])
    with log_lines() as automated:
        Publisher(late_too=False).publish([LATE])

    assert (told_in(direct), told_in(automated)) == ([SERVER], [])
    assert metrics(capsys) == {"Failed": [1.0]}


def test_nothing_to_tell_is_not_told(capsys):
    bus = FakeResultPublisher()
    with log_lines() as lines:
        Publisher(bus).publish([])

    assert (lines, metrics(capsys), bus.told) == ([], {}, [])


def test_what_the_bus_refuses_is_sent_again_with_the_next_results():
    bus = FakeResultPublisher(refuses=1)
    publisher = Publisher(bus)

    publisher.publish([DONE])
    publisher.publish([OTHER_DONE])

    assert bus.told == [DONE.report, OTHER_DONE.report]


def test_new_results_do_not_wait_for_many_that_the_bus_refused_before():
    bus = FakeResultPublisher(refuses=1000)
    publisher = Publisher(bus)
    for number in range(40):
        publisher.publish([Result(report=msgspec.structs.replace(DONE.report, source_server_id=f"s-{number:017}"))])

    with mock.patch.object(bus, "publish", wraps=bus.publish) as publish:
        publisher.publish([DONE])
        ((sent,), _) = publish.call_args
        assert len(sent) == 10
        assert DONE.report in sent
        publisher.finish(invocation(FakeAws()))
        assert len(publish.call_args.args[0]) == 41


def test_what_the_bus_refused_in_the_end_is_sent_again_with_pauses():
    aws, bus = FakeAws(), FakeResultPublisher(refuses=3)
    publisher = Publisher(bus)

    publisher.publish([DONE])
    publisher.finish(invocation(aws))

    assert bus.told == [DONE.report]
    assert aws.clock.sleeps == [5, 10, 20]


@pytest.mark.parametrize(("seconds_left", "sleeps"), [(900, [5, 10, 20]), (12, [5]), (4, [])])
def test_what_the_bus_refuses_for_good_is_logged_and_counted_for_each_server(capsys, seconds_left, sleeps):
    aws, bus = FakeAws(), FakeResultPublisher(refuses=100)
    publisher = Publisher(bus)
    publisher.publish([DONE, OTHER_DONE])

    with log_lines() as lines:
        publisher.finish(invocation(aws, seconds_left=seconds_left))
        flush_metrics()

    told = [(line["message"], line["source_server_id"], line["reason"], line["level"]) for line in lines]
    assert told == [("Result not published", id_, "the bus is busy", "ERROR") for id_ in (SERVER, OTHER_SERVER)]
    assert metrics(capsys)["UnpublishedResults"] == [1.0, 1.0]
    assert aws.clock.sleeps == sleeps


def test_without_refusals_nobody_waits(capsys):
    aws = FakeAws()
    publisher = Publisher(FakeResultPublisher())
    publisher.publish([DONE])

    publisher.finish(invocation(aws))

    assert aws.clock.sleeps == []


def test_results_of_many_threads_are_each_told_once_and_none_is_lost(capsys):
    bus, start = FakeResultPublisher(), threading.Barrier(20, timeout=30)
    publish = Publisher(bus).publish

    def tell():
        start.wait()
        publish([DONE])

    with log_lines() as lines:
        threads = [threading.Thread(target=tell) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(told_in(lines)) == len(bus.told) == 20
    assert sum(metrics(capsys)["Finalized"]) == 20


def test_a_run_publishes_each_result_once():
    aws, published = FakeAws(ready(), ready(OTHER_SERVER, first_boot="WAITING")), []

    finalize([SERVER, OTHER_SERVER], options=options(wait=60), services=aws.services, publish=published.extend)

    assert sorted(result.report.source_server_id for result in published) == [SERVER, OTHER_SERVER]


def test_a_run_publishes_what_is_final_before_the_next_write():
    aws, published, known_at_the_second_write = FakeAws(finalized(), ready(OTHER_SERVER)), [], []
    aws.before_write(lambda: known_at_the_second_write.extend(published))

    finalize([SERVER, OTHER_SERVER], options=options(), services=aws.services, publish=published.extend)

    assert [result.report.source_server_id for result in known_at_the_second_write] == [SERVER]


def test_a_run_publishes_no_verdict_that_a_wait_may_change():
    aws, published = FakeAws(ready(first_boot="WAITING")), []
    aws.clock.after(15, lambda: aws.set(ready()))

    finalize([SERVER], options=options(wait=60), services=aws.services, publish=published.extend)

    assert [result.report.outcome for result in published] == [Outcome.FINALIZED]
