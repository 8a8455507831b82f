"""Races between the work, the timer, Lambda and its retries: there is one response, and it is true."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.handlers.cloudformation.handler import Resource
from finalize_cutover.handlers.cloudformation.response import Response
from finalize_cutover.handlers.cloudformation.response_url import parse_response_url
from local.cloudformation import faults
from local.eventbridge.queue import EventQueue
from tests.contract.provider import OTHER_SERVER, SERVER

# How early the timer fires.
TIMER = 2


@pytest.fixture(autouse=True)
def ready_server(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)


@pytest.fixture
def hurried(new_provider, clock):
    """A provider whose timer fires at once, although the work has enough time."""

    def work(services):
        clock.set_back(60)
        return services

    clock.on_work = work
    return new_provider(handler=clock.handler, seconds=5 + TIMER)


class BreaksAfterwards:
    """An MGN adapter that fails directly after it has finalized a cutover."""

    def __init__(self, mgn, error):
        self._mgn = mgn
        self._error = error

    def __getattr__(self, name):
        return getattr(self._mgn, name)

    def finalize(self, server_id, *, before_send):
        self._mgn.finalize(server_id, before_send=before_send)
        raise self._error


def test_the_timer_answers_while_a_cutover_is_being_finalized_and_says_so(hurried, aws):
    aws.add_fault("FinalizeCutover", "hang-after", seconds=2 * TIMER)

    first = hurried.ask("Create")
    second = hurried.ask("Create")

    assert first.status == "FAILED"
    assert "A cutover may have been finalized; a retry is safe and shows the outcome" in first.reason
    assert second.status == "SUCCESS"
    assert aws.operations("mgn").count("FinalizeCutover") == 1


def test_the_timer_echoes_the_id_of_an_update(hurried, aws):
    aws.add_source_server("ready", sourceServerID=OTHER_SERVER)
    aws.add_fault("FinalizeCutover", "hang-after", seconds=2 * TIMER)

    answer = hurried.ask("Update", {"SourceServerID": OTHER_SERVER}, physical_id=SERVER)

    assert (answer.status, answer.physical_resource_id) == ("FAILED", SERVER)


def test_a_timer_that_fires_while_the_answer_is_on_its_way_sends_none(hurried, endpoint):
    endpoint.script(faults.slow(2 * TIMER))

    exchange = hurried.send("Create")

    assert exchange.only_answer().status == "SUCCESS"
    assert len(exchange.puts) == 1


def test_work_that_ends_while_the_timers_answer_is_on_its_way_waits_for_it(hurried, endpoint, aws):
    aws.add_fault("FinalizeCutover", "hang-after", seconds=2 * TIMER)
    endpoint.script(faults.slow(1.5 * TIMER))

    exchange = hurried.send("Create")

    assert exchange.only_answer().status == "FAILED"
    assert exchange.delivery.attempts == [None]
    assert len(exchange.puts) == 1


def test_a_timers_answer_that_is_not_taken_fails_the_run_and_the_next_one_tells_the_truth(hurried, endpoint, aws):
    aws.add_fault("FinalizeCutover", "hang-after", seconds=2 * TIMER)
    endpoint.script(faults.refused(404))

    exchange = hurried.send("Create")

    assert exchange.only_answer().status == "SUCCESS"
    assert [type(error).__name__ for error in exchange.delivery.attempts] == ["ResponseNotDeliveredError", "NoneType"]
    assert aws.operations("mgn").count("FinalizeCutover") == 1


@pytest.mark.parametrize("error", [RuntimeError("a defect"), KeyError("StackId"), MemoryError(), AssertionError()])
def test_a_defect_right_after_finalizing_is_answered_and_asking_again_tells(new_provider, clock, error):
    provider = new_provider(handler=clock.handler)
    clock.on_work = lambda services: replace(services, mgn=BreaksAfterwards(services.mgn, error))

    broken = provider.ask("Create")
    clock.on_work = lambda services: services
    again = provider.ask("Create")

    assert broken.status == "FAILED"
    assert f"failed with {type(error).__name__}" in broken.reason
    assert "A cutover may have been finalized" in broken.reason
    assert (again.status, again.data["Outcome"]) == ("SUCCESS", "FINALIZED")


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit()])
def test_what_ends_the_process_is_answered_first(new_provider, clock, error):
    provider = new_provider(handler=clock.handler, queue=EventQueue(retry_delays=()))
    clock.on_work = lambda services: replace(services, mgn=BreaksAfterwards(services.mgn, error))

    exchange = provider.send("Create")
    answer = exchange.only_answer()

    assert (answer.status, answer.physical_resource_id) == ("FAILED", SERVER)
    assert type(error).__name__ in answer.reason
    assert [type(attempt).__name__ for attempt in exchange.delivery.attempts] == ["FunctionExitError"]


def test_of_many_that_want_to_answer_the_first_does_and_all_wait_for_it(provider, endpoint):
    mailbox = endpoint.open(provider.document("Create"))
    url = parse_response_url(mailbox.document["ResponseURL"], region="eu-west-1", extra_hosts={endpoint.host})
    response = Response(url, seconds_left=lambda: 5)
    endpoint.script(faults.refused(503))
    together = threading.Barrier(10)

    def answer(number):
        together.wait()
        response.send_once({"Reason": str(number)})
        response.check_delivered()

    with ThreadPoolExecutor(10) as crowd:
        list(crowd.map(answer, range(10)))

    assert [put.stored for put in mailbox.puts] == [False, True]
    assert len({put.body for put in mailbox.puts}) == 1


class Sent:
    """Records every response that is sent."""

    def __init__(self):
        self.bodies = []

    def send_once(self, body):
        self.bodies.append((body["Status"], body["PhysicalResourceId"]))

    def check_delivered(self):
        pass


class Interrupted(Resource):
    """The timer fires between the end of the work and its response."""

    def _cfn_response(self, event):
        self._timeout()
        super()._cfn_response(event)


def test_the_timer_does_not_change_the_id_in_the_works_answer(provider):
    sent = Sent()
    resource = Interrupted(sent, WriteWindow(), seconds_to_timer=lambda: 60)
    resource.update(lambda _event, _context: OTHER_SERVER)

    resource.answer({**provider.document("Update", physical_id=SERVER), "ResponseURL": "https://nowhere"}, None)

    assert sent.bodies == [("FAILED", SERVER), ("SUCCESS", OTHER_SERVER)]
