"""Work ends before the timer; the timer ends before Lambda's timeout and before ServiceTimeout, in either place."""

import time

import pytest

from tests.contract.provider import SERVER, WEB

WAITING = {**WEB, "WaitMinutes": 10}
# s that must be left after the last wait: at least 10 for reads and the write, and 5 for the response.
LEFT_FREE = 15


@pytest.fixture
def provider(new_provider, clock):
    return new_provider(handler=clock.handler)


@pytest.fixture
def never_ready(aws):
    aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=100_000)


def waited(clock, seconds):
    """Return whether the sum of the waits is at most *seconds*, and only a little less, for computing time."""
    return seconds / 2 < sum(clock.sleeps) <= seconds


def with_timeout(provider, timeout, *, where):
    document = provider.document("Create", WAITING)
    inside = {**document["ResourceProperties"], "ServiceTimeout": timeout}
    return {**document, "ServiceTimeout": timeout} if where == "request" else {**document, "ResourceProperties": inside}


@pytest.mark.parametrize("where", ["request", "properties"])
@pytest.mark.parametrize("timeout", ["120", 120])
def test_a_request_waits_no_longer_than_its_service_timeout_allows(provider, never_ready, clock, where, timeout):
    answer = provider.deliver(with_timeout(provider, timeout, where=where)).only_answer()

    assert answer.status == "FAILED"
    assert "cannot be finalized yet" in answer.reason
    assert waited(clock, 120 - LEFT_FREE)


def test_the_timeout_of_the_request_wins_over_that_of_the_properties(provider, never_ready, clock):
    document = {**with_timeout(provider, "3600", where="properties"), "ServiceTimeout": "120"}

    provider.deliver(document).only_answer()

    assert waited(clock, 120 - LEFT_FREE)


def test_the_service_timeout_counts_from_when_the_request_was_sent(provider, never_ready, clock):
    provider.sent_ago(seconds=60)

    provider.deliver(with_timeout(provider, "120", where="request")).only_answer()

    assert waited(clock, 60 - LEFT_FREE)


@pytest.mark.parametrize("timeout", ["0", "-1", "a while", "", 10**30, 1e300, float("inf"), [1], "3601"])
@pytest.mark.parametrize("where", ["request", "properties"])
def test_a_timeout_that_cannot_be_fails_at_once_in_words(provider, never_ready, clock, timeout, where):
    answer = provider.deliver(with_timeout(provider, timeout, where=where)).only_answer()

    assert answer.status == "FAILED"
    assert answer.reason.startswith("ServiceTimeout is ")
    assert "; allowed: a whole number from 1 to 3600." in answer.reason
    assert clock.sleeps == []


def test_a_request_waits_no_longer_than_lambda_allows(new_provider, never_ready, clock):
    provider = new_provider(handler=clock.handler, seconds=300)

    provider.ask("Create", WAITING)

    assert waited(clock, 300 - LEFT_FREE)


def test_the_longest_wait_fits_into_lambdas_longest_timeout(provider, never_ready, clock):
    provider.ask("Create", {**WEB, "WaitMinutes": 13, "ServiceTimeout": 960})

    assert waited(clock, 13 * 60)
    assert sum(clock.sleeps) > 12 * 60


@pytest.mark.parametrize("timeout", ["1", "5"])
def test_with_too_short_a_service_timeout_nothing_is_begun(provider, aws, timeout):
    aws.add_source_server("ready", sourceServerID=SERVER)

    answer = provider.deliver(with_timeout(provider, timeout, where="request")).only_answer()

    assert answer.status == "FAILED"
    assert "FinalizeCutover" not in aws.operations("mgn")


def test_a_timer_answers_for_work_that_hangs_before_cloudformation_gives_up(new_provider, aws):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_fault("DescribeSourceServers", "hang", seconds=3.5)
    provider = new_provider()
    began = time.monotonic()

    exchange = provider.deliver(with_timeout(provider, "7", where="request"))
    outcome = exchange.conclude()
    answered_after = time.monotonic() - began

    assert answered_after < 3.3
    assert "The request ran out of time before it was complete." in outcome.reason
    assert outcome.physical_resource_id == SERVER
    assert exchange.only_answer().status == "FAILED"
    assert "FinalizeCutover" not in aws.operations("mgn")


def test_the_functions_own_clock_really_waits(new_provider, aws):
    aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=1)
    provider = new_provider()
    began = time.monotonic()

    answer = provider.deliver(with_timeout(provider, "28", where="request")).only_answer()

    assert answer.status == "SUCCESS"
    assert time.monotonic() - began > 1
    assert aws.operations("cloudformation") == ["DescribeStacks"]
