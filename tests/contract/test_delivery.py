"""Each request has exactly one accepted response, despite faults on the way to S3 and repeated deliveries."""

import pytest

from local.cloudformation import faults
from local.eventbridge.queue import EventQueue
from tests.contract.kinds import KINDS, seed
from tests.contract.provider import accepted

FAULTS = {
    "none": [],
    "403": [faults.refused(403)],
    "503": [faults.refused(503)],
    "reset": [faults.reset()],
    "reset-after-it-was-stored": [faults.reset_after()],
    "slow": [faults.slow(0.1)],
}
# One kind of request is enough to test them.
MORE_FAULTS = {
    "500-and-429": [faults.refused(500), faults.refused(429)],
    "slow-down-as-400": [faults.refused(400)],
    "403-503-reset": [faults.refused(403), faults.refused(503), faults.reset()],
    "reset-after-twice": [faults.reset_after(), faults.reset_after()],
}
COPIES = {
    "one-after-the-other": EventQueue(copies=2, retry_delays=(0, 0)),
    "at-the-same-time": EventQueue(copies=2, overlapping=True, retry_delays=(0, 0)),
}


def named(cases):
    return [pytest.param(case, id=name) for name, case in cases.items()]


def finalizations(aws):
    return [call for call in aws.calls("mgn") if call["operation"] == "FinalizeCutover" and call["status"] == 200]


@pytest.fixture(autouse=True)
def servers(aws):
    seed(aws)


kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@kinds
@pytest.mark.parametrize("to_come", named(FAULTS))
def test_one_answer_arrives_whatever_happens_on_the_way(provider, endpoint, kind, to_come):
    endpoint.script(*to_come)

    exchange = kind.send(provider)
    answer = exchange.only_answer()

    assert (answer.status, answer.physical_resource_id) == (kind.status, kind.physical_id)
    assert exchange.delivery.attempts == [None]
    assert len(exchange.puts) == 1 + sum(fault.status != 200 for fault in to_come)
    assert {put.body for put in exchange.puts} == {exchange.puts[0].body}


@pytest.mark.parametrize("to_come", named(MORE_FAULTS))
def test_an_answer_is_sent_until_it_is_taken(provider, endpoint, to_come):
    endpoint.script(*to_come)

    exchange = KINDS[0].send(provider)

    assert exchange.only_answer().status == "SUCCESS"
    assert len(exchange.puts) == 1 + len(to_come)


@kinds
@pytest.mark.parametrize("queue", named(COPIES))
def test_a_request_that_is_delivered_more_than_once_gets_the_same_answer_each_time(
    new_provider, clock, aws, kind, queue
):
    # This handler emits no metrics: concurrent invocations would share them here, but not on Lambda.
    exchange = kind.send(new_provider(handler=clock.handler, queue=queue))
    exchange.delivery.wait()

    assert [(one.status, one.physical_resource_id) for one in accepted(exchange)] == [(kind.status, kind.physical_id)]
    assert len(exchange.puts) == queue.copies
    assert len(finalizations(aws)) == kind.finalizes


@kinds
def test_with_one_second_left_there_is_still_an_answer_and_nothing_is_begun(new_provider, endpoint, aws, kind):
    endpoint.script(faults.refused(503))

    answer = kind.send(new_provider(seconds=1)).only_answer()

    assert answer.physical_resource_id in {kind.physical_id, kind.asked_about}
    assert finalizations(aws) == []
    if kind.status == "FAILED" or kind.request_type == "Delete" or kind.stack_status:
        assert answer.status == kind.status
    else:
        assert answer.status == "FAILED"
        assert answer.reason.startswith("Nothing was done: too little time was left before Lambda's timeout")


def test_an_answer_that_was_lost_is_given_again_when_lambda_runs_the_request_again(new_provider, endpoint, aws):
    """The first attempt ends without a response: S3 refuses it until Lambda's retry."""
    provider = new_provider()
    endpoint.script(faults.refused(404))

    exchange = KINDS[0].send(provider)
    answer = exchange.only_answer()

    assert answer.status == "SUCCESS"
    assert [type(error).__name__ for error in exchange.delivery.attempts] == ["ResponseNotDeliveredError", "NoneType"]
    assert len(finalizations(aws)) == 1
