"""Before a finalization, the function asks CloudFormation whether the stack still goes forward."""

from dataclasses import replace

import pytest

from local.cloudformation import stack_status
from local.cloudformation.requests import new_stack_id
from tests.contract.provider import OTHER_SERVER, SERVER, WEB

WAITING = {**WEB, "WaitMinutes": 10}
FORWARD = ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"]
GIVEN_UP = [
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "CREATE_FAILED",
    "DELETE_IN_PROGRESS",
    "DELETE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "IMPORT_ROLLBACK_IN_PROGRESS",
]
FOR_GOOD = 100


@pytest.fixture
def provider(new_provider, clock):
    return new_provider(handler=clock.handler)


@pytest.fixture
def booting(aws):
    """A source server that boots during the first wait."""
    aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=10)


@pytest.fixture
def ready(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)


def is_finalized(aws):
    return "FinalizeCutover" in aws.operations("mgn")


def asked(aws):
    return aws.operations("cloudformation")


@pytest.mark.parametrize("status", FORWARD)
def test_a_stack_that_goes_forward_after_a_wait_gets_what_it_asked_for(provider, booting, clock, aws, status):
    answer = provider.ask("Create", WAITING, status=status)

    assert (answer.status, answer.data["Outcome"]) == ("SUCCESS", "FINALIZED")
    assert clock.sleeps == [15]
    assert asked(aws) == ["DescribeStacks"]


@pytest.mark.parametrize("status", GIVEN_UP)
def test_a_stack_that_gave_up_during_the_wait_gets_nothing_finalized(provider, booting, clock, aws, status):
    clock.on_sleep = lambda: stack_status.show(provider.address.stack_id, status)

    answer = provider.ask("Create", WAITING)

    assert answer.status == "FAILED"
    assert f"Nothing was finalized: the stack status is {status}." in answer.reason
    assert not is_finalized(aws)


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "CREATE_FAILED"])
def test_a_nested_stack_whose_root_gave_up_gets_nothing_finalized(provider, ready, aws, status):
    root_id = new_stack_id("root")
    stack_status.show(root_id, status)
    stack_status.show(provider.address.stack_id, "CREATE_IN_PROGRESS", parent_id=root_id)

    answer = provider.ask("Create", WEB)

    assert answer.status == "FAILED"
    assert f"Nothing was finalized: the parent stack status is {status}." in answer.reason
    assert not is_finalized(aws)


def test_a_nested_stack_whose_root_goes_forward_gets_what_it_asked_for(provider, ready, aws):
    root_id = new_stack_id("root")
    stack_status.show(root_id, "UPDATE_IN_PROGRESS")
    stack_status.show(provider.address.stack_id, "CREATE_IN_PROGRESS", parent_id=root_id)

    answer = provider.ask("Create", WEB)

    assert (answer.status, asked(aws)) == ("SUCCESS", ["DescribeStacks"] * 2)


def test_an_update_in_a_rollback_of_the_root_is_let_through(provider, ready, aws):
    root_id = new_stack_id("root")
    stack_status.show(root_id, "UPDATE_ROLLBACK_IN_PROGRESS")
    stack_status.show(provider.address.stack_id, "UPDATE_IN_PROGRESS", parent_id=root_id)

    answer = provider.ask("Update", WEB, physical_id=SERVER)

    assert answer.status == "SUCCESS"
    assert not is_finalized(aws)


@pytest.mark.parametrize("elsewhere", [{"account": "444455556666"}, {"region": "eu-central-1"}])
def test_a_stack_of_another_account_or_region_is_refused_in_words(provider, ready, aws, elsewhere):
    stack_id = new_stack_id("web", **elsewhere)
    provider.address = replace(provider.address, stack_id=stack_id)

    answer = provider.ask("Create", WEB)

    assert answer.status == "FAILED"
    assert answer.reason.startswith(f'StackId is "{stack_id[:60]}')
    assert "allowed: a stack in the function's own account and Region" in answer.reason
    assert aws.operations() == []


@pytest.mark.parametrize("elsewhere", [{"account": "444455556666"}, {"region": "eu-central-1"}])
def test_a_stack_of_another_account_or_region_can_be_deleted(provider, ready, aws, elsewhere):
    provider.address = replace(provider.address, stack_id=new_stack_id("web", **elsewhere))

    answer = provider.ask("Delete", WEB, physical_id=SERVER)

    assert (answer.status, answer.physical_resource_id) == ("SUCCESS", SERVER)
    assert aws.operations() == []


def test_a_stack_that_is_gone_after_a_wait_gets_nothing_finalized(provider, booting, aws):
    document = provider.document("Create", WAITING)
    gone = {**document, "StackId": document["StackId"].replace("stack/web/", "stack/gone/")}

    answer = provider.deliver(gone).only_answer()

    assert answer.status == "FAILED"
    assert "Nothing was finalized: the stack status could not be read" in answer.reason
    assert not is_finalized(aws)


@pytest.mark.parametrize("fault", ["access-denied", "internal", "reset"])
def test_a_question_that_is_refused_or_fails_after_a_wait_means_no(provider, booting, aws, fault):
    aws.add_fault("DescribeStacks", fault, service="cloudformation", times=FOR_GOOD)

    answer = provider.ask("Create", WAITING)

    assert answer.status == "FAILED"
    assert "the stack status could not be read" in answer.reason
    assert not is_finalized(aws)


def test_without_a_wait_cloudformation_is_asked_too_because_a_queue_delivers_twice(provider, ready, aws):
    answer = provider.ask("Create", WAITING)

    assert answer.status == "SUCCESS"
    assert asked(aws) == ["DescribeStacks"]


def test_a_create_that_comes_again_when_its_stack_has_given_up_finalizes_nothing(provider, aws):
    aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=10)
    refused = provider.ask("Create", WEB)
    aws.advance(10)

    again = provider.ask("Create", WEB, status="ROLLBACK_IN_PROGRESS")

    assert (refused.status, again.status) == ("FAILED", "FAILED")
    assert "the stack status is ROLLBACK_IN_PROGRESS" in again.reason
    assert not is_finalized(aws)


@pytest.mark.parametrize("scenario", ["finalized", "impaired"])
def test_where_there_is_nothing_to_do_cloudformation_is_not_asked(provider, aws, scenario):
    aws.add_source_server(scenario, sourceServerID=SERVER)

    provider.ask("Create", WAITING)

    assert asked(aws) == []


def test_a_dry_run_needs_no_consent(provider, booting, aws):
    answer = provider.ask("Create", {**WAITING, "DryRun": True}, status="ROLLBACK_IN_PROGRESS")

    assert answer.data["Outcome"] == "WOULD_FINALIZE"
    assert asked(aws) == []


def test_a_request_that_lambda_runs_again_has_waited(provider, ready, aws):
    provider.sent_ago(seconds=70)

    answer = provider.ask("Create", WEB, status="ROLLBACK_IN_PROGRESS")

    assert "the stack status is ROLLBACK_IN_PROGRESS" in answer.reason
    assert not is_finalized(aws)


def test_a_request_that_was_sent_just_now_has_not_waited_and_needs_no_answer(provider, ready, aws):
    aws.add_fault("DescribeStacks", "access-denied", service="cloudformation", times=FOR_GOOD)
    provider.sent_ago(seconds=50)

    assert provider.ask("Create").status == "SUCCESS"
    assert is_finalized(aws)


def test_an_update_is_asked_about_before_it_acts_because_it_may_be_a_rollbacks(provider, ready, aws):
    answer = provider.ask("Update", physical_id=SERVER)

    assert answer.status == "SUCCESS"
    assert asked(aws) == ["DescribeStacks"]
    assert is_finalized(aws)


@pytest.mark.parametrize("fault", ["access-denied", "internal"])
def test_an_update_whose_stack_cannot_be_asked_about_may_be_a_rollbacks_and_finalizes_nothing(
    provider, ready, aws, fault
):
    aws.add_fault("DescribeStacks", fault, service="cloudformation", times=FOR_GOOD)

    answer = provider.ask("Update", physical_id=SERVER)

    assert answer.status == "FAILED"
    assert "the stack status could not be read" in answer.reason
    assert not is_finalized(aws)


def test_an_update_of_a_rollback_finalizes_nothing_and_is_let_through(provider, ready, aws):
    answer = provider.ask("Update", physical_id=SERVER, status="UPDATE_ROLLBACK_IN_PROGRESS")

    assert (answer.status, answer.data["LifeCycleState"]) == ("SUCCESS", "CUTTING_OVER")
    assert asked(aws) == ["DescribeStacks"]
    assert not is_finalized(aws)


def test_a_refused_update_of_a_stack_that_goes_forward_is_refused(provider, aws):
    aws.add_source_server("impaired", sourceServerID=SERVER)

    answer = provider.ask("Update", physical_id=SERVER)

    assert answer.status == "FAILED"
    assert asked(aws) == ["DescribeStacks"]


def test_a_rollback_to_a_dry_run_that_would_be_refused_now_does_not_fail_the_rollback(provider, aws):
    stack = provider.stack()
    server = aws.add_source_server("ready", sourceServerID=SERVER)
    stack.create({**WEB, "DryRun": True})
    aws.change_instance(server["launchedInstance"]["ec2InstanceID"], instanceStatus="impaired")

    status = stack.update(WEB)

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.resource.attributes["Outcome"] == "BLOCKED"
    assert set(stack.resource.attributes) > {"LaunchedInstanceID", "LifeCycleState"}
    assert not is_finalized(aws)


def test_several_servers_are_asked_about_once(provider, aws):
    for server_id in (SERVER, OTHER_SERVER):
        aws.add_source_server("booting", sourceServerID=server_id, bootsInSeconds=10)
    properties = {"SourceServerIDs": [SERVER, OTHER_SERVER], "WaitMinutes": 10}

    answer = provider.ask("Create", properties)

    assert answer.data["Finalized"] == "2"
    assert asked(aws) == ["DescribeStacks"]
