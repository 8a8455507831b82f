"""The artifact is invoked as on Lambda: it starts with the first event, and is reused for the next."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.lambda_runtime.outcome import FunctionError
from tests.e2e.waiting import wait_until

SERVER = "s-0123456789abcdef0"
CHECK = {"action": "check", "sourceServerID": SERVER, "waitMinutes": 0}


@pytest.fixture
def server(aws):
    return aws.add_source_server("ready", sourceServerID=SERVER)


def files(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def is_running(process):
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().split()[2] != "Z"


def test_a_ready_server_is_finalized(aws, server, warm):
    report = warm({"sourceServerID": SERVER, "waitMinutes": 0})

    assert report["outcome"] == "FINALIZED"
    assert report["lifeCycleState"] == "CUTOVER"
    assert "FinalizeCutover" in aws.operations("mgn")


def test_a_server_that_is_not_ready_is_refused_with_the_reason(aws, warm):
    aws.add_source_server("old-snapshot", sourceServerID=SERVER)

    report = warm({"sourceServerID": SERVER, "waitMinutes": 0})

    assert report["outcome"] == "BLOCKED"
    assert [line["rule"] for line in report["readiness"] if line["verdict"] == "BLOCK"] == ["job-log"]


def test_a_malformed_request_fails_under_the_name_that_step_functions_catches(warm):
    with pytest.raises(FunctionError, match="explode") as caught:
        warm({"action": "explode"})

    assert caught.value.name == "InvalidRequestError"


def test_a_second_event_finds_a_warm_environment(server, cold):
    function = cold()

    reports = [function(CHECK) for _ in range(3)]

    [environment] = function.all
    assert [report["outcome"] for report in reports] == ["WOULD_FINALIZE"] * 3
    assert len(environment.log.init_durations()) == 1


def test_what_is_logged_of_an_event_carries_no_other_events_request_id(aws, cold):
    aws.add_source_server("finalized", sourceServerID=SERVER)
    function = cold()

    for _ in range(2):
        function({"sourceServerID": SERVER})

    [environment] = function.all
    # The line of the start has the ID of the first invocation, too.
    records = [each for each in environment.log.records() if each.get("message") != "Function started"]
    ids = [record["function_request_id"] for record in records if "function_request_id" in record]
    assert len(ids) == len(set(ids)) == 2


def test_two_events_at_a_time_run_in_two_environments(aws, server, cold):
    aws.add_fault("DescribeSourceServers", "hang-after", seconds=1, times=2)
    function = cold()

    with ThreadPoolExecutor() as pool:
        reports = list(pool.map(function, [CHECK, CHECK]))

    assert [report["outcome"] for report in reports] == ["WOULD_FINALIZE"] * 2
    assert len(function.all) == 2


def test_events_beyond_the_concurrency_wait_for_a_free_environment(aws, server, cold):
    aws.add_fault("DescribeSourceServers", "hang-after", seconds=0.5, times=6)
    function = cold(concurrency=2)

    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(function, [CHECK] * 6))

    assert [report["outcome"] for report in reports] == ["WOULD_FINALIZE"] * 6
    assert len(function.all) == 2


def test_an_environment_tells_how_long_its_runs_took_and_how_much_memory_it_has_had(aws, server, cold):
    aws.add_fault("DescribeSourceServers", "hang-after", seconds=1)
    function = cold()

    for _ in range(2):
        function(CHECK)

    [environment] = function.all
    first, second = environment.log.durations()
    assert first > 1000 > second > 0
    # At least the memory of boto3, at most the function's limit.
    assert 30e6 < environment.peak_memory < 512e6


def test_two_requests_for_the_same_server_finalize_it_once(aws, server, cold):
    aws.add_fault("DescribeJobs", "hang-after", seconds=1, times=2)
    function = cold()

    with ThreadPoolExecutor() as pool:
        reports = list(pool.map(function, [{"sourceServerID": SERVER}] * 2))

    assert [report["outcome"] for report in reports] == ["FINALIZED"] * 2
    assert sorted(report["changed"] for report in reports) == [False, True]


def test_the_function_writes_nothing_where_its_code_is(server, built, cold):
    folders = [built.code, *built.layers]
    before = [files(folder) for folder in folders]

    cold()(CHECK)

    assert [files(folder) for folder in folders] == before


def test_an_environment_that_ends_takes_the_function_along(server, cold):
    function = cold()
    function(CHECK)
    [environment] = function.all
    process = environment.function_process

    environment.stop()

    wait_until(lambda: not is_running(process))
    function.all.clear()
