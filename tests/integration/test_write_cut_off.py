"""Results are published at once: if one write hangs until the timeout, all other results have been published."""

import io
import json
import threading
import time

import pytest

from finalize_cutover.observability.log import logger
from tests.integration.caller import Caller
from tests.oddities import add_ready
from tests.written import taken

SERVERS = [f"s-{number:017x}" for number in range(81, 86)]
HANGING, *OTHERS = SERVERS
HANGS = 3  # seconds


@pytest.fixture
def log():
    """The function's log."""
    (handler,) = logger.handlers
    text = io.StringIO()
    before = handler.setStream(text)
    yield text
    handler.setStream(before)


@pytest.fixture(params=["direct", "sweep"])
def aws_while_one_write_hangs(request, aws, log, capsys, monkeypatch):
    """The local AWS, after all source servers but one are finalized, while the last write hangs."""
    monkeypatch.setenv("EVENT_BUS_NAME", "default")
    monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", aws.url)
    caller = Caller(aws)
    for number in range(81, 86):
        add_ready(aws, number)
    aws.add_fault("FinalizeCutover", "hang", seconds=HANGS, parameters={"sourceServerID": HANGING})
    event = {"action": "sweep"} if request.param == "sweep" else {"sourceServerIDs": SERVERS, "waitMinutes": 0}
    invocation = threading.Thread(target=caller.send, args=(event,), kwargs={"seconds_left": 30})
    invocation.start()
    wait_until(lambda: taken(aws) == set(OTHERS))
    time.sleep(0.5)  # to publish the last result
    yield aws
    is_hanging = invocation.is_alive()
    invocation.join()
    assert is_hanging


def wait_until(condition):
    give_up_at = time.monotonic() + HANGS
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


@pytest.mark.usefixtures("aws_while_one_write_hangs")
def test_a_line_of_the_log_tells_of_each_other_server(log):
    lines = map(json.loads, log.getvalue().splitlines())

    assert {line.get("source_server_id") for line in lines if line.get("outcome") == "FINALIZED"} == set(OTHERS)


@pytest.mark.usefixtures("aws_while_one_write_hangs")
def test_the_metric_counts_each_other_server(capsys):
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]

    assert sum(sum(line.get("Finalized", [])) for line in lines) == len(OTHERS)


@pytest.mark.parametrize("aws_while_one_write_hangs", ["sweep"], indirect=True)
def test_an_event_tells_of_each_other_server_that_automation_finalized(aws_while_one_write_hangs):
    assert aws_while_one_write_hangs.operations("events").count("PutEvents") == len(OTHERS)
