"""The CloudFormation stand-in: the sequences of requests to a stack with one custom resource."""

import threading

import pytest

from local.cloudformation import endpoint as endpoints
from local.cloudformation.exchange import INVALID_ID
from local.cloudformation.service import CloudFormation, only
from local.cloudformation.single_stack import SingleStack
from local.lambda_runtime import functions
from tests.local.fake_provider import SERVICE_TOKEN, put, settle, usual_answer

WEB = {"SourceServerID": "s-0123456789abcdef0"}
DATABASE = {"SourceServerID": "s-0123456789abcdef1"}
REFUSAL = {"Status": "FAILED", "Reason": "it has not booted"}


@pytest.fixture
def stack(provider):
    with endpoints.serving("http") as endpoint:
        cloudformation = CloudFormation(endpoint, patience=1)
        yield SingleStack(cloudformation, SERVICE_TOKEN)
        settle(cloudformation)


def statuses(stack, logical_id="WebServerCutover"):
    return [event.status for event in stack.events if event.logical_id == logical_id]


def test_a_create_gives_the_resource_its_id_and_attributes(stack, provider):
    status = stack.create(WEB)

    assert status == "CREATE_COMPLETE"
    assert stack.resource.physical_id == "s-0123456789abcdef0"
    assert stack.resource.attributes["Outcome"] == "FINALIZED"
    assert statuses(stack) == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_a_failed_create_is_followed_by_a_delete_with_the_answered_id(stack, provider):
    provider.on("Create", {**REFUSAL, "PhysicalResourceId": "the-answered-id"})

    status = stack.create(WEB)

    assert status == "ROLLBACK_COMPLETE"
    assert provider.requests() == [("Create", None), ("Delete", "the-answered-id")]
    assert statuses(stack, "web") == ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]


def test_an_empty_id_is_replaced_by_a_made_up_one_and_hides_the_reason(stack, provider):
    provider.on("Create", {**REFUSAL, "PhysicalResourceId": ""})

    stack.create(WEB)

    assert INVALID_ID in [event.reason for event in stack.events]
    assert provider.requests()[1][1].startswith("web-WebServerCutover-")


def test_an_update_with_the_same_id_is_in_place(stack, provider):
    stack.create(WEB)

    status = stack.update({**WEB, "SoakMinutes": 5})

    assert status == "UPDATE_COMPLETE"
    assert provider.requests() == [("Create", None), ("Update", "s-0123456789abcdef0")]
    assert provider.events[1]["OldResourceProperties"] == {"ServiceToken": SERVICE_TOKEN, **WEB}


def test_an_update_that_changes_nothing_sends_nothing(stack, provider):
    stack.create(WEB)

    stack.update(WEB)

    assert len(provider.events) == 1


def test_an_update_with_another_id_is_a_replacement_and_the_old_id_is_deleted(stack, provider):
    stack.create(WEB)

    status = stack.update(DATABASE)

    assert status == "UPDATE_COMPLETE"
    assert provider.requests()[1:] == [("Update", "s-0123456789abcdef0"), ("Delete", "s-0123456789abcdef0")]
    assert provider.events[2]["ResourceProperties"]["SourceServerID"] == WEB["SourceServerID"]
    assert stack.resource.physical_id == "s-0123456789abcdef1"


def test_a_failed_update_is_rolled_back_with_the_properties_swapped(stack, provider):
    stack.create(WEB)
    provider.on("Update", lambda _event: REFUSAL if len(provider.events) == 2 else {})

    status = stack.update({**WEB, "SoakMinutes": 5})

    _, update, rollback = provider.events
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert rollback["ResourceProperties"] == update["OldResourceProperties"]
    assert rollback["OldResourceProperties"] == update["ResourceProperties"]
    assert rollback["RequestId"] != update["RequestId"]


def test_a_failed_update_that_answers_with_another_id_has_it_from_then_on(stack, provider):
    stack.create(WEB)
    provider.on("Update", {**REFUSAL, "PhysicalResourceId": "adopted"})

    status = stack.update({**WEB, "SoakMinutes": 5})

    assert status == "UPDATE_ROLLBACK_FAILED"
    assert provider.requests()[1:] == [("Update", "s-0123456789abcdef0"), ("Update", "adopted")]


def test_a_delete_that_fails_in_cleanup_is_tried_three_times_then_skipped(stack, provider):
    stack.create(WEB)
    provider.on("Delete", REFUSAL)

    status = stack.update(DATABASE)

    assert status == "UPDATE_COMPLETE"
    assert provider.requests()[2:] == [("Delete", "s-0123456789abcdef0")] * 3
    assert len({event["RequestId"] for event in provider.events}) == 5


def test_deleting_the_stack_deletes_the_resource(stack, provider):
    stack.create(WEB)

    status = stack.delete()

    assert status == "DELETE_COMPLETE"
    assert provider.requests()[1:] == [("Delete", "s-0123456789abcdef0")]


def test_a_stack_whose_resource_will_not_go_stays(stack, provider):
    stack.create(WEB)
    provider.on("Delete", REFUSAL)

    assert stack.delete() == "DELETE_FAILED"


def test_a_silent_create_is_given_up_and_deleted_with_a_made_up_id(stack, provider):
    provider.on("Create", None)

    status = stack.create(WEB)

    assert status == "ROLLBACK_COMPLETE"
    assert provider.requests()[1][1].startswith("web-WebServerCutover-")


def test_the_delete_of_a_cancelled_create_overtakes_it(provider):
    neighbour_fails, rolled_back = threading.Event(), threading.Event()
    shown = []

    def show(_stack_id, status):
        shown.append(status)
        if status == "ROLLBACK_COMPLETE":
            rolled_back.set()

    def create_slowly(_event):
        neighbour_fails.set()
        rolled_back.wait(5)
        return {}

    provider.on("Create", create_slowly)
    with endpoints.serving("http") as endpoint:
        stack = SingleStack(CloudFormation(endpoint), SERVICE_TOKEN, on_status=show)
        stack.create(WEB, cancelled_by=neighbour_fails)
        create, delete = stack.exchanges
        create.delivery.wait(5)

    assert shown == ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]
    assert delete.document["PhysicalResourceId"].startswith("web-WebServerCutover-")
    assert endpoint.puts == [*delete.puts, *create.puts]
    assert "Resource creation cancelled" in [event.reason for event in stack.events]


def test_a_cancelled_update_is_rolled_back(stack, provider):
    stack.create(WEB)
    neighbour_fails = threading.Event()

    def update_slowly(event):
        neighbour_fails.set()
        return {} if "SoakMinutes" not in event["ResourceProperties"] else None

    provider.on("Update", update_slowly)

    status = stack.update({**WEB, "SoakMinutes": 5}, cancelled_by=neighbour_fails)

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert statuses(stack)[2:] == ["UPDATE_IN_PROGRESS", "UPDATE_FAILED", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_a_function_that_nobody_registered_fails_the_resource_and_is_not_asked_to_delete(stack, provider):
    functions.forget(SERVICE_TOKEN)

    status = stack.create(WEB)

    assert status == "ROLLBACK_COMPLETE"
    assert f"Function not found: {SERVICE_TOKEN}" in [event.reason for event in stack.events]


def test_the_only_function_there_is_need_not_be_registered():
    given = []

    with endpoints.serving("http") as endpoint:
        function = only(lambda *call: given.append(call), timeout_seconds=1)
        stack = SingleStack(CloudFormation(endpoint, find_function=function, patience=0.1), SERVICE_TOKEN)
        stack.create(WEB)

    assert given[0] == (stack.exchanges[0].document, 1)


def test_a_service_token_cannot_be_changed(stack, provider):
    stack.create(WEB)

    status = stack.update({**WEB, "ServiceToken": f"{SERVICE_TOKEN}:2"})

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert "Modifying service token is not allowed." in [event.reason for event in stack.events]
    assert len(provider.events) == 1


def test_a_late_answer_changes_nothing(stack, provider):
    provider.on("Create", None)
    stack.create(WEB)
    late = stack.exchanges[0]

    put(late.document, usual_answer(late.document))

    assert stack.status == "ROLLBACK_COMPLETE"
    assert late.only_answer().status == "SUCCESS"
