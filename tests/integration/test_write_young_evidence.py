"""If MGN accepts few writes per second, servers that wait for a write are read again: no write uses old evidence."""

import pytest

from tests.hurried_clock import HurriedClock
from tests.integration.caller import Caller, Context
from tests.oddities import JOB, TAGS, add_ready
from tests.written import Meanwhile, oldest_evidence, taken, written_after

# 15 seconds on the function's clock take 3 seconds in the test.
SPEED = 5
YOUNG = 15 / SPEED
# The function looks at its clock just before it sends; a busy machine delivers later.
SLACK = 0.2  # s
SERVERS = 40


@pytest.fixture
def caller(aws):
    return Caller(aws)


@pytest.fixture
def servers(aws):
    """Ready source servers of one job, more than can be written while their evidence is valid."""
    return [add_ready(aws, number, jobID=JOB) for number in range(1, SERVERS + 1)]


def remove_approvals(aws):
    for number in range(1, SERVERS + 1):
        aws.change_source_server(f"s-{number:017x}", tags=dict.fromkeys(TAGS, "withdrawn"))


@pytest.fixture
def terminate_instances(ec2, servers):
    """Terminates all instances."""
    found = ec2.describe_instances()["Reservations"]
    instance_ids = [instance["InstanceId"] for reservation in found for instance in reservation["Instances"]]

    def terminate(aws):
        for instance_id in instance_ids:
            aws.change_instance(instance_id, state="terminated")

    return terminate


@pytest.fixture
def finalize(caller, servers):
    """Requests the finalization of all of them; MGN accepts ten calls at once, then one per second."""

    def ask(way):
        event = {"action": "sweep"} if way == "sweep" else {"sourceServerIDs": servers, "waitMinutes": 0}
        caller.aws.set_pace(callsPerSecond=SPEED, burst=10)
        caller.aws.clear_calls()
        HurriedClock(SPEED).handler()(event, Context(seconds_left=300))

    return ask


def test_an_approval_that_is_removed_one_second_after_the_look_stops_every_write_that_comes_15_s_later(aws, finalize):
    with Meanwhile(aws, lambda: remove_approvals(aws), seconds_after_the_look=1 / SPEED) as removal:
        finalize("sweep")

    assert written_after(aws, removal.happened_at + YOUNG + SLACK) == []
    assert 0 < len(taken(aws)) < SERVERS


@pytest.mark.parametrize("way", ["direct", "sweep"])
def test_instances_that_are_terminated_one_second_after_the_look_are_finalized_no_later_than_15_s_after(
    aws, finalize, terminate_instances, way
):
    with Meanwhile(aws, lambda: terminate_instances(aws), seconds_after_the_look=1 / SPEED) as termination:
        finalize(way)

    assert written_after(aws, termination.happened_at + YOUNG + SLACK) == []
    assert 0 < len(taken(aws)) < SERVERS


@pytest.mark.parametrize("way", ["direct", "sweep"])
def test_no_write_rests_on_evidence_that_is_older_than_15_s(aws, finalize, way):
    finalize(way)

    assert len(taken(aws)) > 0
    assert oldest_evidence(aws) < YOUNG + SLACK
