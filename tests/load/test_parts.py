"""The parts of the load test work as the load test assumes."""

import http.client
import ssl
import time

import pytest

from local.cloudformation import faults, requests
from local.eventbridge.invocations import INVOCATIONS
from tests.load.answers import TimedEndpoint
from tests.load.builders import ADDRESS, READY
from tests.load.deployed import told_of
from tests.load.senders import tell_of

LAUNCH_RESULT = {"resources": [f"arn:aws:mgn:eu-west-1:111122223333:source-server/{READY}"], "detail": {}}


def put(endpoint, target):
    context = ssl.create_default_context(cafile=str(endpoint.certificate_file))
    connection = http.client.HTTPSConnection(endpoint.host, context=context, timeout=10)
    connection.request("PUT", target, b"{}", {"Content-Type": ""})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.fixture
def endpoint():
    running = TimedEndpoint(iter([faults.refused(503), faults.NONE]))
    yield running
    running.stop()


def test_each_delivery_has_its_weather_and_its_moment(endpoint):
    target = endpoint.open(requests.build("Create", ADDRESS, {"SourceServerID": READY})).target

    statuses = [put(endpoint, target) for _ in range(2)]

    first, second = endpoint.arrived[target]
    assert statuses == [503, 200]
    assert endpoint.opened[target] < first < second


@pytest.mark.parametrize(("count", "begun"), [(1, 1), (250, 200)])
def test_events_that_are_not_done_in_time_are_given_up_and_not_too_many_are_under_way(count, begun):
    INVOCATIONS.clear()
    told = []

    with pytest.raises(TimeoutError, match="not done with all events in time"):
        tell_of([READY] * count, told.append, until=time.monotonic())

    assert len(told) == begun


@pytest.mark.parametrize("body", [LAUNCH_RESULT, {"requestPayload": LAUNCH_RESULT, "responsePayload": {}}])
def test_a_message_in_a_queue_tells_its_source_server(body):
    assert told_of(body) == [READY]


def test_a_sweep_that_failed_is_about_no_source_server():
    assert told_of({"requestPayload": {"action": "sweep"}}) == []
