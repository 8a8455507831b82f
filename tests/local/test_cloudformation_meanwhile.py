"""A stack during an operation: what the API shows, and concurrent calls."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.cloudformation import operations, stack_status
from local.cloudformation.endpoint import serving
from local.cloudformation.service import CloudFormation
from local.cloudformation.single_stack import SingleStack
from tests.integration.stacks import TEMPLATE
from tests.local.fake_provider import SERVICE_TOKEN

NEIGHBOUR = """
  DatabaseCutover:
    Type: Custom::FinalizedCutover
    Properties:
      ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:fake-provider
      SourceServerID: s-0123456789abcdef1
"""
WAITING = {"Delay": 0.05, "MaxAttempts": 100}


def test_the_function_can_ask_about_its_stack_while_it_is_being_created(stacks, provider):
    asked = []

    def ask(event):
        asked.append(stacks.status(event["StackId"]))
        stack_status.show(event["StackId"], "ROLLBACK_IN_PROGRESS")
        asked.append(stacks.status(event["StackId"]))
        return {}

    provider.on("Create", ask)

    stacks.create()

    assert asked == ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"]
    assert provider.requests() == [("Create", None)]


def test_a_slow_function_does_not_keep_the_caller_waiting(stacks, provider, monkeypatch):
    monkeypatch.setattr(operations, "ANSWER_WITHIN", 0.5)
    go_on = threading.Event()
    provider.on("Create", lambda _event: {} if go_on.wait(30) else None)

    stacks.create()
    meanwhile = stacks.status()
    go_on.set()
    stacks.client.get_waiter("stack_create_complete").wait(StackName="web", WaiterConfig=WAITING)

    assert meanwhile == "CREATE_IN_PROGRESS"


def test_a_stack_that_is_deleted_meanwhile_is_finished_first(stacks, provider):
    begun, go_on = threading.Event(), threading.Event()
    provider.on("Create", lambda _event: begun.set() or (go_on.wait(10) and {}))

    with ThreadPoolExecutor(2) as pool:
        created = pool.submit(stacks.create)
        begun.wait(10)
        deleted = pool.submit(stacks.client.delete_stack, StackName="web")
        time.sleep(0.1)  # the requested deletion is not visible yet
        go_on.set()
        deleted.result()
    stacks.client.get_waiter("stack_delete_complete").wait(StackName=created.result(), WaiterConfig=WAITING)

    assert provider.requests() == [("Create", None), ("Delete", "s-0123456789abcdef0")]
    assert ("web", "CREATE_COMPLETE") in stacks.events(created.result())


def test_a_neighbour_that_fails_cancels_the_resource(stacks, provider):
    rolled_back = threading.Event()

    def create(event):
        if event["LogicalResourceId"] == "DatabaseCutover":
            return {"Status": "FAILED", "Reason": "it has not booted"}
        rolled_back.wait(10)
        return {}

    provider.on("Create", create)

    stack_id = stacks.create(TEMPLATE.replace("  Conditional:", f"{NEIGHBOUR}  Conditional:"))
    status = stacks.status()
    rolled_back.set()

    assert status == "ROLLBACK_COMPLETE"
    assert ("WebServerCutover", "CREATE_FAILED") in stacks.events(stack_id)
    assert "Resource creation cancelled" in stacks.reasons(stack_id)
    assert ("LaunchedInstance", "CREATE_IN_PROGRESS") not in stacks.events(stack_id)


def test_stacks_are_created_side_by_side(stacks, provider):
    def create(number):
        stack_id = stacks.create(TEMPLATE.replace("/cutovers/", f"/{number}/cutovers/"), f"web-{number}")
        return stacks.status(stack_id)

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(create, range(16)))

    assert statuses == ["CREATE_COMPLETE"] * 16
    assert len({event["RequestId"] for event in provider.events}) == 16


def test_a_stack_that_moto_never_made_can_be_asked_about(stacks, provider):
    asked = []
    provider.on("Create", lambda event: asked.append(stacks.status(event["StackId"])) or {})

    with serving("http") as endpoint:
        stack = SingleStack(CloudFormation(endpoint), SERVICE_TOKEN, on_status=stack_status.show)
        stack.create({"SourceServerID": "s-0123456789abcdef0"})

    assert asked == ["CREATE_IN_PROGRESS"]
    assert stacks.status(stack.stack_id) == "CREATE_COMPLETE"


@pytest.mark.parametrize("kind", ["CREATE", "UPDATE"])
def test_change_sets_do_the_same(stacks, provider, kind):
    if kind == "UPDATE":
        stacks.create()
    change_set = stacks.client.create_change_set(
        StackName="web",
        ChangeSetName="change",
        ChangeSetType=kind,
        TemplateBody=TEMPLATE,
        Parameters=[{"ParameterKey": "SoakMinutes", "ParameterValue": "5"}],
    )

    stacks.client.execute_change_set(ChangeSetName=change_set["Id"])

    assert stacks.status() == f"{kind}_COMPLETE"
    assert provider.events[-1]["ResourceProperties"]["SoakMinutes"] == "5"
