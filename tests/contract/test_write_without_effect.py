"""A successful response of FinalizeCutover is not a success until MGN shows the cutover as finalized."""

import pytest

from tests.contract.provider import OTHER_SERVER, SERVER, WEB

FOR_GOOD = 100


@pytest.fixture(autouse=True)
def ready(aws):
    for server_id in (SERVER, OTHER_SERVER):
        aws.add_source_server("ready", sourceServerID=server_id)


@pytest.fixture
def provider(new_provider, clock):
    """A provider with a clock on which waiting takes no time."""
    return new_provider(handler=clock.handler)


def test_a_write_without_an_effect_is_a_failed_answer_that_says_so(provider, aws):
    aws.add_fault("FinalizeCutover", "no-effect", times=FOR_GOOD)

    answer = provider.ask("Create")

    assert answer.status == "FAILED"
    assert "MGN accepted mgn:FinalizeCutover but still shows the lifecycle state CUTTING_OVER" in answer.reason
    assert "Retry the request; this is safe." in answer.reason


def test_a_write_without_an_effect_is_looked_after_for_six_seconds(provider, clock, aws):
    aws.add_fault("FinalizeCutover", "no-effect", times=FOR_GOOD)

    provider.ask("Create")

    assert sum(clock.sleeps) == 6
    assert aws.operations("mgn").count("DescribeSourceServers") == 4


def test_a_write_whose_effect_shows_after_its_answer_is_a_success(provider, aws):
    aws.add_fault("FinalizeCutover", "late-effect", seconds=0)

    answer = provider.ask("Create")

    assert (answer.status, answer.data["Outcome"], answer.data["LifeCycleState"]) == ("SUCCESS", "FINALIZED", "CUTOVER")


def test_one_write_of_several_without_an_effect_is_counted_as_failed(provider, aws):
    aws.add_fault("FinalizeCutover", "no-effect", parameters={"sourceServerID": SERVER}, times=FOR_GOOD)

    answer = provider.ask("Create", {"SourceServerIDs": [SERVER, OTHER_SERVER], "WaitMinutes": 0})

    assert answer.reason.startswith(f"1 of 2 source servers are not finalized. Source server {SERVER}: MGN accepted")


def test_an_update_without_an_effect_is_a_failed_answer_too(provider, aws):
    aws.add_fault("FinalizeCutover", "no-effect", times=FOR_GOOD)

    assert provider.ask("Update", WEB, physical_id=SERVER).status == "FAILED"
