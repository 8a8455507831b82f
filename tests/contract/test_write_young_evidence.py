"""A write for a stack's request also needs recent evidence, however long CloudFormation takes to return the status."""

import pytest

from tests.contract.provider import SERVER, WEB
from tests.hurried_clock import HurriedClock
from tests.oddities import JOB, add_ready
from tests.written import Meanwhile, oldest_evidence, taken, written_after

# 15 seconds on the function's clock take 3 seconds in the test.
SPEED = 5
YOUNG = 15 / SPEED
SERVERS = 40
FOR_GOOD = 100


@pytest.fixture
def provider(new_provider):
    return new_provider(handler=HurriedClock(SPEED).handler())


@pytest.fixture
def instance_id(aws):
    """The instance of the only source server, which is ready."""
    return aws.add_source_server("ready", sourceServerID=SERVER)["launchedInstance"]["ec2InstanceID"]


def hang(aws, operation, service, seconds):
    aws.add_fault(operation, "hang", service=service, seconds=seconds / SPEED, times=1)


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_what_changes_while_the_stack_takes_16_s_to_answer_is_seen(provider, aws, instance_id, request_type):
    hang(aws, "DescribeStacks", "cloudformation", 16)
    if request_type == "Update":
        # The status is read once before the evidence, and is valid for 15 s.
        hang(aws, "DescribeInstanceStatus", "ec2", 16)

    with Meanwhile(aws, lambda: aws.change_instance(instance_id, state="stopped")):
        answer = provider.ask(request_type, WEB, physical_id=None if request_type == "Create" else SERVER)

    assert (answer.status, taken(aws)) == ("FAILED", set())
    assert f"its instance {instance_id} is stopped" in answer.reason


def test_what_changes_while_reading_and_the_stacks_answer_take_16_s_together_is_seen(provider, aws, instance_id):
    hang(aws, "DescribeJobLogItems", "mgn", 9)
    hang(aws, "DescribeStacks", "cloudformation", 7)

    with Meanwhile(aws, lambda: aws.change_instance(instance_id, state="stopped")):
        answer = provider.ask("Create", WEB)

    assert (answer.status, taken(aws)) == ("FAILED", set())


@pytest.mark.parametrize("seconds", [7, 16])
def test_a_stack_that_answers_slowly_gets_what_it_asked_for_on_young_evidence(provider, aws, instance_id, seconds):
    hang(aws, "DescribeStacks", "cloudformation", seconds)

    answer = provider.ask("Create", WEB)

    assert answer.data["Outcome"] == "FINALIZED"
    assert oldest_evidence(aws) < YOUNG


def test_instances_that_are_terminated_one_second_after_the_look_are_finalized_no_later_than_15_s_after(provider, aws):
    servers = [add_ready(aws, number, jobID=JOB) for number in range(1, SERVERS + 1)]
    aws.set_pace(callsPerSecond=SPEED, burst=10)
    launched = [launch["launchedEc2InstanceID"] for launch in aws.change_job(JOB)["participatingServers"]]

    def terminate():
        for instance_id in launched:
            aws.change_instance(instance_id, state="terminated")

    with Meanwhile(aws, terminate, seconds_after_the_look=1 / SPEED) as termination:
        answer = provider.ask("Create", {"SourceServerIDs": servers, "WaitMinutes": 0})

    assert answer.status == "FAILED"
    assert written_after(aws, termination.happened_at + YOUNG) == []
    assert 0 < len(taken(aws)) < SERVERS
