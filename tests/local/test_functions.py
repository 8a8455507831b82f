"""Lambda on the local AWS: the registered callable, the execution environment, and the number of invocations."""

import threading
import time

import pytest

from local.eventbridge.queue import EventQueue
from local.lambda_runtime import functions
from local.lambda_runtime.execution_environments import FunctionExitError, FunctionTimeoutError, InProcess

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover"


@pytest.fixture(autouse=True)
def nobody_registered():
    yield
    functions.forget("finalize-cutover")


@pytest.mark.parametrize("name", [ARN, f"{ARN}:live", "finalize-cutover", "finalize-cutover:live"])
def test_a_function_goes_by_its_name_and_its_arn(name):
    functions.register("finalize-cutover", answer_nothing)

    assert functions.find(name) is answer_nothing


def test_the_first_name_that_somebody_registered_counts():
    functions.register("finalize-cutover", answer_nothing)

    assert functions.find("unknown", None, ARN) is answer_nothing


def test_a_function_that_nobody_runs_is_named():
    with pytest.raises(functions.FunctionNotFoundError, match=r"finalize-cutover or app\.handler"):
        functions.find("finalize-cutover", "app.handler")


def test_a_handler_sees_time_pass():
    def handler(_event, context):
        before = context.get_remaining_time_in_millis()
        time.sleep(0.05)
        return [before, context.get_remaining_time_in_millis()]

    before, after = InProcess(lambda: handler)({}, 3)

    assert 1000 < before <= 3000
    assert 40 < before - after < 2900


def test_a_handler_gets_and_gives_json():
    def handler(event, context):
        event["seen"] = (context.function_name, context.invoked_function_arn)
        return event

    event = {"server": "s-0123456789abcdef0"}
    answer = InProcess(lambda: handler, name="finalize-cutover")(event, 3)

    assert answer == {"server": "s-0123456789abcdef0", "seen": ["finalize-cutover", ARN]}
    assert "seen" not in event


def test_a_handler_that_overruns_its_timeout_fails_and_its_environment_is_not_used_again():
    started = []
    go_on = threading.Event()

    def start():
        started.append(1)
        return lambda event, _context: go_on.wait(10) and {} if event else {}

    function = InProcess(start)

    with pytest.raises(FunctionTimeoutError, match=r"Task timed out after 0\.10 seconds"):
        function({"slow": True}, 0.1)
    go_on.set()
    function({}, 3)
    function({}, 3)

    assert len(started) == 2


def test_a_handler_that_exits_fails_its_caller_only():
    with pytest.raises(FunctionExitError, match="Runtime exited: SystemExit 1"):
        InProcess(lambda: exit_with_1)({}, 3)


def test_events_at_the_same_time_have_environments_of_their_own():
    both = threading.Barrier(2, timeout=5)
    started = []

    def start():
        started.append(1)
        return lambda _event, _context: both.wait() >= 0

    function = InProcess(start)
    threads = [threading.Thread(target=function, args=({}, 5)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(started) == 2


def test_events_beyond_the_concurrency_wait():
    busy = threading.Lock()

    def handler(_event, _context):
        assert busy.acquire(blocking=False)
        time.sleep(0.02)
        busy.release()

    function = InProcess(lambda: handler, concurrency=1)
    delivery = EventQueue(copies=4, overlapping=True).send(lambda event: function(event, 3), {})

    assert delivery.wait(5)
    assert delivery.attempts == [None] * 4


def test_an_event_is_tried_until_it_succeeds_and_no_more_than_three_times():
    fails_twice = iter([ValueError("first"), ValueError("second"), None])

    def run(_event):
        if error := next(fails_twice):
            raise error

    delivery = EventQueue(retry_delays=(0, 0)).send(run, {})
    delivery.wait(5)

    assert [str(one) for one in delivery.attempts] == ["first", "second", "None"]


def answer_nothing(_event, _timeout_seconds):
    return None


def exit_with_1(_event, _context):
    raise SystemExit(1)
