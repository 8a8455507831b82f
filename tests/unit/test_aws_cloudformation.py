"""Whether a stack still goes forward, as CloudFormation tells it."""

import pytest

from finalize_cutover.aws.clients import client as new_client
from finalize_cutover.aws.cloudformation import StackMandate
from finalize_cutover.cutover.errors import WithdrawnError
from tests.unit.stubs import stubbed

STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/web/0123"
FORWARD = {
    "CREATE_IN_PROGRESS",
    "CREATE_COMPLETE",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "REVIEW_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
}
STATUSES = new_client("cloudformation").meta.service_model.shape_for("StackStatus").enum


@pytest.fixture
def cloudformation():
    with stubbed("cloudformation") as pair:
        yield pair


def answer(**members):
    return {"Stacks": [{"StackName": "web", "CreationTime": 0, "StackStatus": "CREATE_IN_PROGRESS", **members}]}


def confirm(client):
    return StackMandate(lambda: client, stack_id=STACK).confirm()


def withdrawal(client):
    with pytest.raises(WithdrawnError) as caught:
        confirm(client)
    return caught.value


@pytest.mark.parametrize("status", sorted(FORWARD))
def test_a_stack_that_goes_forward_is_asked_for_by_its_arn_and_confirms(cloudformation, status):
    client, expected = cloudformation
    expected.add_response("describe_stacks", answer(StackStatus=status), {"StackName": STACK})

    assert confirm(client) is None


@pytest.mark.parametrize("status", sorted(set(STATUSES) - FORWARD))
def test_a_stack_in_any_other_status_has_withdrawn(cloudformation, status):
    client, expected = cloudformation
    expected.add_response("describe_stacks", answer(StackStatus=status))

    error = withdrawal(client)

    assert (error.code, error.is_known) == (status, True)
    assert str(error) == f"Nothing was finalized: the stack went to {status}."


def test_a_stack_that_is_not_there_has_withdrawn(cloudformation):
    client, expected = cloudformation
    expected.add_response("describe_stacks", {"Stacks": []})

    assert withdrawal(client).code == "DELETE_COMPLETE"


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("Throttling", 400), ("InternalFailure", 500)])
def test_what_cannot_be_found_out_counts_as_withdrawn(cloudformation, code, status):
    client, expected = cloudformation
    expected.add_client_error("describe_stacks", code, "No.", status)

    error = withdrawal(client)

    assert error.is_known is False
    assert f"did not say whether the stack still wants it ({code})" in str(error)
