"""Each result is logged, counted and published once, as soon as it is known, from any thread."""

import threading

import pytest

from finalize_cutover.cutover.errors import MgnRefusedError, MgnUnavailableError, OutOfTimeError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.result import Result, failed
from finalize_cutover.cutover.report import Outcome, report_on
from finalize_cutover.handlers.results import publisher
from tests.unit.automated import FakeResultPublisher
from tests.unit.builders import OTHER_SERVER, SERVER, finalized, options, ready
from tests.unit.fakes import FakeAws
from tests.unit.records import log_lines, metrics

DONE = Result(report=report_on(finalized().server, Outcome.FINALIZED, changed=True))
DONE_BEFORE = Result(report=report_on(finalized().server, Outcome.FINALIZED))
REFUSED = failed(SERVER, MgnRefusedError("no"))
LATE = failed(SERVER, OutOfTimeError("too late"))


def told_in(lines):
    return [line["source_server_id"] for line in lines if "outcome" in line]


def test_a_result_is_logged_and_counted_at_once(capsys):
    with log_lines() as lines:
        publisher()([DONE])
        before_anything_flushes = capsys.readouterr().out

    assert told_in(lines) == [SERVER]
    assert '"Finalized":[1.0]' in before_anything_flushes


@pytest.mark.parametrize(("result", "is_told"), [(DONE, True), (REFUSED, True), (DONE_BEFORE, False), (LATE, False)])
def test_what_was_done_and_what_failed_is_announced(result, is_told):
    bus = FakeResultPublisher()

    publisher(bus)([result])

    assert bus.told == ([result.report] if is_told else [])


def test_what_only_lacked_time_is_told_unless_the_next_run_does_it(capsys):
    with log_lines() as direct:
        publisher()([LATE])
    with log_lines() as automated:
        publisher(late_too=False)([LATE])

    assert (told_in(direct), told_in(automated)) == ([SERVER], [])
    assert metrics(capsys) == {"Failed": [1.0]}


def test_nothing_to_tell_is_not_told(capsys):
    with log_lines() as lines:
        publisher(FakeResultPublisher(error=MgnUnavailableError("busy")))([])

    assert (lines, metrics(capsys)) == ([], {})


def test_a_bus_that_does_not_listen_is_logged_and_nothing_fails():
    with log_lines() as lines:
        publisher(FakeResultPublisher(error=MgnUnavailableError("busy", code="Throttling")))([DONE])

    assert [line["code"] for line in lines if line["message"] == "Outcomes not published"] == ["Throttling"]


def test_results_of_many_threads_are_each_told_once_and_none_is_lost(capsys):
    bus, start = FakeResultPublisher(), threading.Barrier(20, timeout=30)
    publish = publisher(bus)

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
