"""The Update of a rollback gets SUCCESS at once, whatever MGN does, and finalizes nothing."""

import time

import pytest

from tests.contract.provider import SERVER, WEB

ROLLBACK = "UPDATE_ROLLBACK_IN_PROGRESS"
A_FEW = 9  # seconds, on a busy machine
FOR_GOOD = 1000


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_an_mgn_that_answers_nothing_keeps_no_rollback_waiting(provider, aws, fault):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_fault("*", fault, times=FOR_GOOD, seconds=12)
    began_at = time.monotonic()

    answer = provider.ask("Update", {**WEB, "ServiceTimeout": 30}, physical_id=SERVER, status=ROLLBACK)

    assert (answer.status, answer.physical_resource_id) == ("SUCCESS", SERVER)
    assert time.monotonic() - began_at < A_FEW


@pytest.mark.parametrize("fault", ["throttle", "internal", "access-denied"])
def test_an_mgn_that_fails_keeps_no_rollback_waiting(provider, aws, fault):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_fault("*", fault, times=FOR_GOOD)
    began_at = time.monotonic()

    answer = provider.ask("Update", {**WEB, "ServiceTimeout": 30}, physical_id=SERVER, status=ROLLBACK)

    assert answer.status == "SUCCESS"
    assert time.monotonic() - began_at < A_FEW


@pytest.mark.parametrize("scenario", ["booting", "launching", "impaired", "ready"])
def test_a_rollback_does_not_wait_for_a_server(provider, aws, scenario):
    aws.add_source_server(scenario, sourceServerID=SERVER)
    began_at = time.monotonic()

    answer = provider.ask("Update", {**WEB, "WaitMinutes": 10}, physical_id=SERVER, status=ROLLBACK)

    assert (answer.status, "FinalizeCutover" in aws.operations("mgn")) == ("SUCCESS", False)
    assert time.monotonic() - began_at < A_FEW
