"""How the state machine handles the function's results, and missing results."""

import threading
import time
from collections import Counter

import pytest

from finalize_cutover.cutover.errors import MgnUnavailableError, OutOfTimeError
from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from tests.integration.wave_machine import FakeFunction, WaveMachine, server_ids

IDS = server_ids(120)
FIRST, SECOND = IDS[:2]
SILENT = MgnUnavailableError("MGN could not answer.")
FAILED_FOR_NOW = {"outcome": "FAILED", "error": {"code": "InternalServerException", "retryable": True}}
FAILED_FOR_GOOD = {"outcome": "FAILED", "error": {"code": "AccessDeniedException", "retryable": False}}

pytestmark = pytest.mark.usefixtures("hurried_machines")


@pytest.fixture
def machine(aws):
    return WaveMachine(aws)


@pytest.fixture
def function(machine):
    """A fake function with two servers; requested after *machine*, which registers the real one."""
    return FakeFunction([FIRST, SECOND])


def finalizing(function):
    """Return the source server IDs of each request to finalize, in order."""
    return [request["sourceServerIDs"] for request in function.requests if request["action"] == "finalize"]


def test_a_wave_is_shared_out_in_batches_of_50(machine):
    function = FakeFunction(IDS)

    machine.run()

    assert sorted(map(len, finalizing(function))) == [20, 50, 50]
    assert sorted(id_ for batch in finalizing(function) for id_ in batch) == IDS


def test_every_batch_is_checked_before_the_first_is_finalized(machine):
    function = FakeFunction(IDS)

    machine.run()

    assert [request["action"] for request in function.requests] == ["check"] * 3 + ["finalize"] * 3


def test_nobody_waits_in_a_check(machine, function):
    machine.run({"waveID": "any", "waitMinutes": 13})

    assert [request["waitMinutes"] for request in function.requests] == [0, 13]


def test_no_more_batches_run_at_a_time_than_the_parameter_says(aws):
    machine = WaveMachine(aws, MaxConcurrency="2")
    function, running, most = FakeFunction(server_ids(400)), set(), []
    answer = functions.find(HANDLER)

    def watch(event, timeout):
        running.add(threading.get_ident())
        most.append(len(running))
        time.sleep(0.3)
        running.discard(threading.get_ident())
        return answer(event, timeout)

    functions.register(HANDLER, watch)

    machine.run()

    assert (len(function.requests), max(most)) == (16, 2)


def test_those_not_reached_in_time_are_asked_about_again_and_no_others(machine, function):
    function.script(SECOND, "REMAINING", "REMAINING")

    summary = machine.run()

    assert finalizing(function) == [[FIRST, SECOND], [SECOND], [SECOND]]
    assert machine.outcomes(summary["results"]) == [(FIRST, "FINALIZED"), (SECOND, "FINALIZED")]


def test_what_failed_for_now_is_asked_about_again_and_the_newest_report_stands(machine, function):
    function.script(FIRST, FAILED_FOR_NOW, FAILED_FOR_NOW)

    summary = machine.run()

    assert finalizing(function) == [[FIRST, SECOND], [FIRST], [FIRST]]
    assert sorted(machine.outcomes(summary["results"])) == [(FIRST, "FINALIZED"), (SECOND, "FINALIZED")]
    assert summary["changed"] == 2


def test_what_failed_for_good_is_not_asked_about_again(machine, function):
    function.script(FIRST, FAILED_FOR_GOOD)

    summary = machine.run()

    assert finalizing(function) == [[FIRST, SECOND]]
    assert (summary["outcome"], summary["counts"]) == ("PARTIAL", {"FAILED": 1, "FINALIZED": 1})


def test_after_five_questions_it_is_given_up_and_told(machine, function):
    function.script(FIRST, *["REMAINING"] * 9)
    function.script(SECOND, *[FAILED_FOR_NOW] * 9)

    summary = machine.run()

    assert len(finalizing(function)) == 5
    assert sorted(machine.outcomes(summary["results"])) == [(FIRST, "UNANSWERED"), (SECOND, "FAILED")]
    assert (summary["outcome"], summary["counts"], summary["unanswered"]) == ("FAILED", {"FAILED": 1}, 1)


def test_what_was_learned_is_kept_when_a_later_question_is_not_answered(machine, function):
    function.script(SECOND, "REMAINING", *[SILENT] * 9)

    summary = machine.run()

    assert machine.outcomes(summary["results"]) == [(FIRST, "FINALIZED"), (SECOND, "UNANSWERED")]
    assert (summary["outcome"], summary["changed"], summary["unanswered"]) == ("PARTIAL", 1, 1)


@pytest.mark.parametrize("name", ["Lambda.TooManyRequestsException", "Sandbox.Timedout", "Runtime.ExitError"])
def test_an_invocation_that_lambda_lost_is_repeated(machine, function, name):
    function.script(FIRST, type(name, (Exception,), {})("lost"))

    assert machine.run()["counts"] == {"FINALIZED": 2}


@pytest.mark.parametrize("error", [SILENT, OutOfTimeError("Too little time was left.")])
def test_what_the_function_says_may_be_asked_again_is_asked_again(machine, function, error):
    function.script(FIRST, error, error)

    summary = machine.run()

    assert summary["counts"] == {"FINALIZED": 2}
    assert finalizing(function) == [[FIRST, SECOND]] * 3


def test_an_error_that_nobody_knows_is_not_repeated(machine, function):
    function.script(FIRST, ValueError("a defect"))

    ended = machine.ended(machine.start())

    assert ended["error"] == "States.ExceedToleratedFailureThreshold"
    assert finalizing(function) == [[FIRST, SECOND]]


def test_no_further_batch_begins_once_too_many_have_failed(aws):
    machine = WaveMachine(aws, MaxConcurrency="1", ToleratedFailurePercentage="10")
    function = FakeFunction(IDS)
    function.script(FIRST, *[SILENT] * 9)

    ended = machine.ended(machine.start())

    assert (ended["status"], ended["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    assert {tuple(batch) for batch in finalizing(function)} == {tuple(IDS[:50])}


def test_what_could_not_be_looked_at_is_not_finalized_however_much_is_tolerated(aws):
    machine = WaveMachine(aws, ToleratedFailurePercentage="100")
    function = FakeFunction(IDS)
    answer = functions.find(HANDLER)

    def fail(event, timeout):
        if event["action"] == "check" and IDS[-1] in event["sourceServerIDs"]:
            raise SILENT
        return answer(event, timeout)

    functions.register(HANDLER, fail)

    ended = machine.ended(machine.start())

    assert ended["error"] == "States.ExceedToleratedFailureThreshold"
    assert finalizing(function) == []


def test_a_wave_about_which_nothing_was_answered_is_summed_up_too(aws):
    machine = WaveMachine(aws, ToleratedFailurePercentage="100")
    FakeFunction([FIRST, SECOND]).script(FIRST, *[SILENT] * 9)

    summary = machine.run()

    assert (summary["outcome"], summary["counts"], summary["unanswered"]) == ("FAILED", {}, 2)
    assert Counter(outcome for _, outcome in machine.outcomes(summary["results"])) == {"UNANSWERED": 2}


def test_a_batch_of_reports_five_thousand_bytes_long_fits_into_a_state(machine):
    function = FakeFunction(server_ids(50))
    for id_ in server_ids(50):
        function.script(id_, {"outcome": "BLOCKED", "readiness": "x" * 5_000})

    assert machine.run()["counts"] == {"BLOCKED": 50}
