"""The status of a stack, read from CloudFormation."""

from types import SimpleNamespace

import pytest

from finalize_cutover.aws.clients import Clients
from finalize_cutover.aws.cloudformation import AwsStack
from finalize_cutover.cutover.errors import CutoverError, MgnRefusedError, MgnUnavailableError
from finalize_cutover.cutover.finalize.stack_guard import GOES_FORWARD
from tests.unit.stubs import UNHURRIED, stubbed

STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/web/0123"
STATUSES = Clients().get("cloudformation").meta.service_model.shape_for("StackStatus").enum


@pytest.fixture
def cloudformation():
    with stubbed("cloudformation") as pair:
        yield pair


def answer(**members):
    return {"Stacks": [{"StackName": "web", "CreationTime": 0, "StackStatus": "CREATE_IN_PROGRESS", **members}]}


def statuses(client):
    return tuple(AwsStack(lambda: client, stack_id=STACK, limit=UNHURRIED).statuses())


def status(client):
    (only,) = statuses(client)
    return only


@pytest.mark.parametrize("shown", [*STATUSES, "A_STATUS_OF_TOMORROW", ""])
def test_a_stack_is_asked_for_by_its_arn_and_shows_its_status(cloudformation, shown):
    client, expected = cloudformation
    expected.add_response("describe_stacks", answer(StackStatus=shown), {"StackName": STACK})

    assert status(client) == shown


def test_the_stacks_around_a_nested_one_are_asked_for_too_each_once(cloudformation):
    client, expected = cloudformation
    parent, root = STACK.replace("web", "parent"), STACK.replace("web", "root")
    around = {"ParentId": parent, "RootId": root}
    expected.add_response("describe_stacks", answer(**around), {"StackName": STACK})
    of_parent = answer(StackStatus="UPDATE_IN_PROGRESS", ParentId=root, RootId=root)
    expected.add_response("describe_stacks", of_parent, {"StackName": parent})
    expected.add_response("describe_stacks", answer(StackStatus="ROLLBACK_IN_PROGRESS"), {"StackName": root})

    assert statuses(client) == ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")


def test_a_stack_that_is_not_there_shows_none(cloudformation):
    client, expected = cloudformation
    expected.add_response("describe_stacks", {"Stacks": []})

    assert status(client) == ""


def test_an_answer_without_a_status_shows_none():
    without = answer()
    del without["Stacks"][0]["StackStatus"]
    answering = SimpleNamespace(describe_stacks=lambda **_: without)

    assert status(answering) == ""


@pytest.mark.parametrize(
    ("code", "http_status", "kind"),
    [
        ("AccessDenied", 403, MgnRefusedError),
        ("Throttling", 400, MgnUnavailableError),
        ("InternalFailure", 500, MgnUnavailableError),
    ],
)
def test_what_cannot_be_found_out_is_raised(cloudformation, code, http_status, kind):
    client, expected = cloudformation
    expected.add_client_error("describe_stacks", code, "No.", http_status)

    with pytest.raises(CutoverError) as caught:
        status(client)

    assert type(caught.value) is kind
    assert caught.value.code == code


def test_statuses_that_consent_are_cloudformations():
    assert set(STATUSES) >= GOES_FORWARD
