"""Where MGN takes few writes a second, what waits for its turn is looked at again: no write rests on old evidence."""

import pytest

from tests.hurried_clock import HurriedClock
from tests.integration.caller import Caller, Context
from tests.oddities import JOB, TAGS, add_ready
from tests.written import Meanwhile, oldest_evidence, taken, written_after

# What are 15 seconds for the function are 3 for the test.
SPEED = 5
YOUNG = 15 / SPEED
SERVERS = 40


@pytest.fixture
def caller(aws):
    return Caller(aws)


@pytest.fixture
def servers(aws):
    """More source servers than can be written while evidence is young, ready, and launched by one job."""
    return [add_ready(aws, number, jobID=JOB) for number in range(1, SERVERS + 1)]


def remove_approvals(aws):
    for number in range(1, SERVERS + 1):
        aws.change_source_server(f"s-{number:017x}", tags=dict.fromkeys(TAGS, "withdrawn"))


@pytest.fixture
def terminate_instances(ec2, servers):
    """Terminates every instance there is."""
    found = ec2.describe_instances()["Reservations"]
    instance_ids = [instance["InstanceId"] for reservation in found for instance in reservation["Instances"]]

    def terminate(aws):
        for instance_id in instance_ids:
            aws.change_instance(instance_id, state="terminated")

    return terminate


@pytest.fixture
def finalize(caller, servers):
    """Asks, in one way or another, to finalize all of them; one call a second is taken, after ten at once."""

    def ask(way):
        event = {"action": "sweep"} if way == "sweep" else {"sourceServerIDs": servers, "waitMinutes": 0}
        caller.aws.set_pace(callsPerSecond=SPEED, burst=10)
        caller.aws.clear_calls()
        HurriedClock(SPEED).handler()(event, Context(seconds_left=300))

    return ask


def test_an_approval_that_is_removed_one_second_after_the_look_stops_every_write_that_comes_15_s_later(aws, finalize):
    with Meanwhile(aws, lambda: remove_approvals(aws), seconds_after_the_look=1 / SPEED) as removal:
        finalize("sweep")

    assert written_after(aws, removal.happened_at + YOUNG) == []
    assert 0 < len(taken(aws)) < SERVERS


@pytest.mark.parametrize("way", ["direct", "sweep"])
def test_instances_that_are_terminated_one_second_after_the_look_are_finalized_no_later_than_15_s_after(
    aws, finalize, terminate_instances, way
):
    with Meanwhile(aws, lambda: terminate_instances(aws), seconds_after_the_look=1 / SPEED) as termination:
        finalize(way)

    assert written_after(aws, termination.happened_at + YOUNG) == []
    assert 0 < len(taken(aws)) < SERVERS


@pytest.mark.parametrize("way", ["direct", "sweep"])
def test_no_write_rests_on_evidence_that_is_older_than_15_s(aws, finalize, way):
    finalize(way)

    assert len(taken(aws)) > 0
    assert oldest_evidence(aws) < YOUNG
