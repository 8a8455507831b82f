"""If CloudFormation does not accept the response, the invocation raises an error, so that Lambda retries it."""

import os
import socket
import time
import traceback

import pytest

from local.cloudformation import faults
from local.eventbridge.queue import EventQueue
from tests.contract.kinds import KINDS, seed
from tests.contract.provider import SERVER

ONCE = EventQueue(retry_delays=())
FOR_GOOD = 1000


@pytest.fixture(autouse=True)
def servers(aws):
    seed(aws)


@pytest.fixture
def unheard(new_provider):
    """A provider whose responses are not accepted; its timeout is 3 s, and Lambda does not retry."""
    return new_provider(seconds=3, is_answered=False, queue=ONCE)


def outcome(exchange):
    exchange.delivery.wait()
    return [type(error).__name__ for error in exchange.delivery.attempts]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_s3_refuses_for_good_fails_each_of_lambdas_three_runs(new_provider, endpoint, kind):
    endpoint.script(*[faults.refused(404)] * 3)

    exchange = kind.send(new_provider(is_answered=False))

    assert outcome(exchange) == ["ResponseNotDeliveredError"] * 3
    assert len(exchange.puts) == 3


@pytest.mark.parametrize("status", [301, 307, 404, 405, 411])
def test_only_a_2xx_counts_as_delivered(unheard, endpoint, status):
    endpoint.script(*[faults.refused(status)] * FOR_GOOD)

    exchange = KINDS[-1].send(unheard)

    assert outcome(exchange) == ["ResponseNotDeliveredError"]


@pytest.mark.parametrize("fault", [faults.refused(403), faults.reset()], ids=["403", "reset"])
def test_what_may_pass_is_tried_again_until_lambdas_time_is_almost_over(unheard, endpoint, fault):
    endpoint.script(*[fault] * FOR_GOOD)
    began = time.monotonic()

    exchange = KINDS[-1].send(unheard)

    assert outcome(exchange) == ["ResponseNotDeliveredError"]
    assert time.monotonic() - began > 0.5
    assert 2 < len(exchange.puts) < 30


def test_a_try_that_hangs_leaves_time_for_another(new_provider, endpoint):
    endpoint.script(*[faults.Fault(stored=False, status=200, delay=5)] * 2)
    provider = new_provider(seconds=4, is_answered=False, queue=ONCE)

    exchange = KINDS[-1].send(provider)

    assert len(outcome(exchange)) == 1
    assert len(exchange.puts) >= 2


def test_an_endpoint_that_is_not_there_fails_the_run_in_time(unheard, endpoint):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        os.environ["EXTRA_RESPONSE_HOSTS"] = host
        document = endpoint.open(unheard.document("Delete", physical_id=SERVER)).document
        document["ResponseURL"] = document["ResponseURL"].replace(endpoint.host, host)

        with pytest.raises(Exception, match="CloudFormation did not accept the response"):
            unheard.function(document, 3)


def test_an_endpoint_that_nobody_vouches_for_gets_nothing(unheard, endpoint, log_lines):
    del os.environ["SSL_CERT_FILE"]

    exchange = KINDS[-1].send(unheard)

    assert outcome(exchange) == ["ResponseNotDeliveredError"]
    assert endpoint.puts == []
    assert "SSLCertVerificationError" in log_lines.text()


def test_what_is_raised_holds_nothing_of_the_response_url(unheard, endpoint, log_lines):
    endpoint.script(*[faults.refused(404)] * FOR_GOOD)

    exchange = KINDS[0].send(unheard)
    exchange.delivery.wait()

    (error,) = exchange.delivery.attempts
    assert (error.__cause__, error.__context__) == (None, None)
    text = "".join(traceback.format_exception(error))
    assert log_lines.secrets_in(text, [exchange.document["ResponseURL"]]) == []
