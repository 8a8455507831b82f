"""Lambda kills a function that hangs or crashes; CloudFormation still receives exactly one response."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.cloudformation import faults, stack_status
from local.cloudformation.single_stack import SingleStack
from local.lambda_runtime.execution_environments import FunctionExitError, FunctionTimeoutError
from local.lambda_runtime.outcome import FunctionError
from tests.e2e.conftest import FUNCTION_ARN
from tests.e2e.waiting import wait_until

SERVER = "s-0123456789abcdef0"
PROPERTIES = {"SourceServerID": SERVER, "WaitMinutes": 0}
DRY_RUN = PROPERTIES | {"DryRun": True}
REQUEST = {"sourceServerID": SERVER, "waitMinutes": 0}
CHECK = REQUEST | {"action": "check"}
HELD = 5  # s; longer than the interruption takes


@pytest.fixture
def server(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER)


@pytest.fixture
def create(cloudformation, deployed):
    """Create a stack whose custom resource is *function*; meanwhile wait for *moment*, and call *then*."""
    stack = SingleStack(cloudformation, FUNCTION_ARN, on_status=stack_status.show)

    def create(function, moment, then, properties=PROPERTIES):
        deployed(function)
        with ThreadPoolExecutor() as pool:
            status = pool.submit(stack.create, properties)
            wait_until(moment)
            then()
            assert status.result() == "CREATE_COMPLETE"
        [exchange] = stack.exchanges
        return exchange

    return create


def looking(aws):
    """Return a function that checks whether the function under test is reading the job, which takes a while."""
    aws.add_fault("DescribeJobs", "hang", seconds=HELD)
    return lambda: "DescribeJobs" in aws.operations("mgn")


def attempts(exchange):
    """Return the results of the function's attempts to handle a request."""
    assert exchange.delivery.wait(30)
    return [type(error) for error in exchange.delivery.attempts]


def test_a_function_whose_calls_hang_ends_by_itself_before_lambda_ends_it(aws, server, cold):
    aws.add_fault("DescribeSourceServers", "hang", seconds=2 * HELD)
    function = cold(timeout_seconds=HELD)

    with pytest.raises(FunctionError, match="mgn:DescribeSourceServers got no response in time"):
        function(CHECK)

    [environment] = function.all
    assert len(environment.log.init_durations()) == 1


def test_a_function_that_takes_too_long_is_killed_and_the_next_event_starts_anew(aws, server, cold):
    moment, function = looking(aws), cold(timeout_seconds=4)
    with ThreadPoolExecutor() as pool:
        stuck = pool.submit(function, CHECK)
        wait_until(moment)
        function.all[0].signal(signal.SIGSTOP)
        with pytest.raises(FunctionTimeoutError, match=r"Task timed out after 4\.00 seconds"):
            stuck.result()

    report = function(CHECK)

    [environment] = function.all
    assert report["outcome"] == "WOULD_FINALIZE"
    assert len(environment.log.init_durations()) == 2


def test_a_function_that_dies_fails_and_the_next_event_starts_anew(aws, server, cold):
    moment, function = looking(aws), cold()
    with ThreadPoolExecutor() as pool:
        dying = pool.submit(function, REQUEST)
        wait_until(moment)
        function.all[0].signal(signal.SIGKILL)
    with pytest.raises(FunctionExitError):
        dying.result()

    report = function(REQUEST)

    assert report["outcome"] == "FINALIZED"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_request_whose_function_dies_is_answered_by_the_next_attempt(aws, server, cold, create, number):
    function = cold()

    exchange = create(function, looking(aws), lambda: function.all[0].signal(number))

    assert attempts(exchange) == [FunctionExitError, type(None)]
    assert exchange.only_answer().status == "SUCCESS"
    assert aws.operations("mgn").count("FinalizeCutover") == 1


def test_a_request_whose_function_is_killed_for_its_time_is_answered_by_the_next_attempt(aws, server, cold, create):
    # In a stopped process, not even the timer can respond.
    function = cold(timeout_seconds=10)

    exchange = create(function, looking(aws), lambda: function.all[0].signal(signal.SIGSTOP), DRY_RUN)

    assert attempts(exchange) == [FunctionTimeoutError, type(None)]
    assert exchange.only_answer().status == "SUCCESS"


def test_a_function_that_dies_after_it_finalized_finalizes_nothing_again(aws, server, cold, create):
    aws.add_fault("FinalizeCutover", "hang-after", seconds=HELD)
    function = cold()

    exchange = create(
        function, lambda: "FinalizeCutover" in aws.operations("mgn"), lambda: function.all[0].signal(signal.SIGKILL)
    )

    assert attempts(exchange) == [FunctionExitError, type(None)]
    assert exchange.only_answer().data["Outcome"] == "FINALIZED"
    assert aws.operations("mgn").count("FinalizeCutover") == 1


def test_a_function_that_dies_after_it_answered_gives_the_same_answer_again(server, endpoint, cold, create):
    endpoint.script(faults.slow(HELD))
    before, function = len(endpoint.puts), cold()

    exchange = create(function, lambda: len(endpoint.puts) > before, lambda: function.all[0].signal(signal.SIGKILL))

    assert attempts(exchange) == [FunctionExitError, type(None)]
    assert len({put.body for put in exchange.puts}) == 1


def test_a_request_is_refused_in_time_where_mgn_does_not_answer_before_lambdas_timeout(
    aws, server, cold, cloudformation, deployed
):
    aws.add_fault("DescribeJobs", "hang", seconds=2 * HELD)
    deployed(cold(timeout_seconds=10))
    stack = SingleStack(cloudformation, FUNCTION_ARN, on_status=stack_status.show)

    status = stack.create(PROPERTIES)

    first = stack.exchanges[0]
    assert status == "ROLLBACK_COMPLETE"
    assert "ran out of time" in first.only_answer().reason
    assert attempts(first) == [type(None)]
