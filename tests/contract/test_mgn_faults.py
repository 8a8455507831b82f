"""If MGN, EC2 or the network fails, CloudFormation still receives exactly one response, and it is true."""

import os

import pytest

from tests.contract.provider import SERVER, TAG_VALUE, WEB

FINAL = [
    ("internal", "InternalServerException"),
    ("reset", "got no readable response"),
]
REFUSALS = [
    ("access-denied", "AccessDeniedException"),
    ("expired-token", "ExpiredTokenException"),
    ("validation", "ValidationException"),
    ("uninitialized", "UninitializedAccountException"),
]
FOR_GOOD = 100


@pytest.fixture(autouse=True)
def ready_server(aws):
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"owner": TAG_VALUE})


@pytest.fixture
def provider(new_provider, clock):
    """A provider with a clock on which waiting takes no time."""
    return new_provider(handler=clock.handler)


def finalizations(aws):
    return [call for call in aws.calls("mgn") if call["operation"] == "FinalizeCutover" and call["status"] == 200]


@pytest.mark.parametrize(("fault", "told"), [*FINAL, *REFUSALS, ("conflict", "ConflictException")])
def test_a_finalization_that_fails_for_good_is_a_failed_answer_that_says_why(provider, aws, fault, told):
    aws.add_fault("FinalizeCutover", fault, times=FOR_GOOD)

    answer = provider.ask("Create")

    assert answer.status == "FAILED"
    assert SERVER in answer.reason[:256]
    assert told in answer.reason
    assert answer.physical_resource_id == SERVER
    assert finalizations(aws) == []


def test_a_throttled_finalization_is_a_failed_answer_that_says_so(provider, aws):
    # New credentials lead to new clients, because boto3 slows a throttled client down for a while.
    os.environ["AWS_ACCESS_KEY_ID"] = "throttled"
    aws.add_fault("FinalizeCutover", "throttle", times=FOR_GOOD)

    answer = provider.ask("Create")

    assert answer.status == "FAILED"
    assert "ThrottlingException" in answer.reason


@pytest.mark.parametrize(
    ("operation", "fault", "told"),
    [
        ("DescribeSourceServers", "internal", "InternalServerException"),
        ("DescribeSourceServers", "access-denied", "AccessDeniedException"),
        ("DescribeJobs", "access-denied", "AccessDeniedException"),
        ("DescribeJobLogItems", "access-denied", "AccessDeniedException"),
    ],
)
def test_a_look_that_fails_is_a_failed_answer_and_nothing_is_finalized(provider, aws, operation, fault, told):
    aws.add_fault(operation, fault, times=FOR_GOOD)

    answer = provider.ask("Create")

    assert answer.status == "FAILED"
    assert told in answer.reason
    assert "FinalizeCutover" not in aws.operations("mgn")


def test_ec2_that_does_not_tell_is_a_failed_answer_and_nothing_is_finalized(provider, aws):
    aws.add_fault("DescribeInstanceStatus", "access-denied", service="ec2", times=FOR_GOOD)

    answer = provider.ask("Create")

    assert answer.status == "FAILED"
    assert "UnauthorizedOperation" in answer.reason
    assert "FinalizeCutover" not in aws.operations("mgn")


@pytest.mark.parametrize("fault", ["internal", "reset", "reset-after"])
@pytest.mark.parametrize("operation", ["DescribeSourceServers", "FinalizeCutover"])
def test_a_failure_that_passes_is_no_failure(provider, aws, operation, fault):
    aws.add_fault(operation, fault)

    answer = provider.ask("Create")

    assert answer.status == "SUCCESS"
    assert answer.data["Outcome"] == "FINALIZED"


def test_an_answer_of_mgn_that_is_lost_for_good_is_a_success_if_the_cutover_is_final(provider, aws):
    aws.add_fault("FinalizeCutover", "reset-after", times=FOR_GOOD)

    answer = provider.ask("Create")

    assert answer.status == "SUCCESS"
    assert answer.data["LifeCycleState"] == "CUTOVER"


def test_a_server_that_mgn_does_not_know_is_a_failed_answer(provider, aws):
    answer = provider.ask("Create", {**WEB, "SourceServerID": "s-00000000000000000"})

    assert answer.status == "FAILED"
    assert answer.reason.startswith("MGN does not list source server s-00000000000000000. Check the ID")


def test_a_delete_is_answered_without_mgn(provider, aws):
    for service in ("mgn", "ec2", "cloudformation"):
        aws.add_fault("*", "internal", service=service, times=FOR_GOOD)

    assert provider.ask("Delete", physical_id=SERVER).status == "SUCCESS"
    assert aws.calls() == []
