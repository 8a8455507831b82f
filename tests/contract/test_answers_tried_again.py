"""Which errors of S3 are retried, and the timeout of an attempt when little time is left."""

import pytest

from local.cloudformation import faults
from local.eventbridge.queue import EventQueue
from tests.contract.provider import SERVER

ONCE = EventQueue(retry_delays=())


@pytest.mark.parametrize("status", [400, 403, 408, 425, 429, 500, 502, 503, 504])
def test_a_refusal_that_may_pass_is_no_end(new_provider, endpoint, status):
    provider = new_provider(queue=ONCE)
    endpoint.script(faults.refused(status))

    exchange = provider.send("Delete", physical_id=SERVER)

    assert exchange.only_answer().status == "SUCCESS"
    assert [put.status for put in exchange.puts] == [status, 200]


@pytest.mark.parametrize("status", [401, 404, 405, 411, 412, 418])
def test_a_refusal_that_does_not_pass_is_not_tried_again(new_provider, endpoint, status):
    provider = new_provider(queue=ONCE, is_answered=False)
    endpoint.script(faults.refused(status))

    exchange = provider.send("Delete", physical_id=SERVER)
    exchange.delivery.wait()

    assert [put.status for put in exchange.puts] == [status]


def test_a_try_takes_half_a_second_even_where_hardly_more_is_left(new_provider, endpoint):
    new_provider().ask("Delete", physical_id=SERVER)  # performs the initialization of an environment's first request
    # Of 1.15 s, 0.5 s are reserved: half of the remaining time would be too short for S3.
    provider = new_provider(queue=ONCE, seconds=1.15)
    endpoint.script(faults.slow(0.4))

    exchange = provider.send("Delete", physical_id=SERVER)
    exchange.delivery.wait()

    assert exchange.delivery.attempts == [None]
    assert len(exchange.puts) == 1
