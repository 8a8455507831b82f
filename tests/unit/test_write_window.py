"""No write begins after the response to its request; the response names the writes in flight."""

import threading

import pytest

from finalize_cutover.cutover.errors import OutOfTimeError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import OTHER_SERVER, SERVER, options, ready
from tests.unit.fakes import FakeAws


@pytest.fixture
def window():
    return WriteWindow()


def test_what_has_begun_and_not_ended_is_in_flight(window):
    window.begin(SERVER)
    window.begin(OTHER_SERVER)
    window.end(SERVER)

    assert window.close() == (OTHER_SERVER,)


def test_nothing_begins_after_it_was_closed(window):
    window.close()

    with pytest.raises(OutOfTimeError, match=f"{SERVER} was not finalized: the response was already sent") as caught:
        window.begin(SERVER)

    assert caught.value.retryable
    assert window.close() == ()


def test_what_is_in_flight_when_it_is_closed_may_end(window):
    window.begin(SERVER)
    first = window.close()
    window.end(SERVER)

    assert (first, window.close()) == ((SERVER,), ())


def test_the_end_of_what_never_began_is_no_error(window):
    window.end(SERVER)

    assert window.close() == ()


def test_a_write_either_counts_as_in_flight_at_the_close_or_never_begins():
    for _ in range(200):
        window, begun, start = WriteWindow(), [], threading.Barrier(2, timeout=30)

        def write(window=window, begun=begun, start=start):
            start.wait()
            try:
                window.begin(SERVER)
            except OutOfTimeError:
                return
            begun.append(SERVER)

        writer = threading.Thread(target=write)
        writer.start()
        start.wait()
        in_flight = window.close()
        writer.join()

        assert list(in_flight) == begun


def test_a_request_that_has_been_answered_writes_nothing_and_says_why():
    aws, window = FakeAws(ready()), WriteWindow()
    window.close()

    results = finalize([SERVER], options=options(window=window), services=aws.services)

    assert aws.finalized == []
    assert (results[SERVER].report.outcome, type(results[SERVER].cause)) == (Outcome.FAILED, OutOfTimeError)


def test_an_answer_between_two_writes_stops_the_second():
    aws, window = FakeAws(ready(), ready(OTHER_SERVER)), WriteWindow()
    aws.before_write(window.close)

    finalize([SERVER, OTHER_SERVER], options=options(window=window), services=aws.services)

    assert len(aws.finalized) == 1
