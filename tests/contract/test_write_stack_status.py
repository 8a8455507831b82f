"""Cutovers are finalized only for a stack whose status shows that it goes forward; no answer means no."""

import pytest

from tests.contract.provider import SERVER, WEB

NO_CONSENT = [
    *("CREATE_COMPLETE", "UPDATE_COMPLETE", "REVIEW_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    *("DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "IMPORT_COMPLETE", "A_STATUS_OF_TOMORROW", ""),
]
FOR_GOOD = 100


@pytest.fixture(autouse=True)
def ready(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)


def is_finalized(aws):
    return "FinalizeCutover" in aws.operations("mgn")


def silence(aws, fault):
    aws.add_fault("DescribeStacks", fault, service="cloudformation", times=FOR_GOOD)


@pytest.mark.parametrize("status", NO_CONSENT)
def test_a_create_of_a_stack_in_any_other_status_finalizes_nothing(provider, aws, status):
    answer = provider.ask("Create", WEB, status=status)

    assert (answer.status, is_finalized(aws)) == ("FAILED", False)
    words = f"the stack status is {status}" if status else "the stack has no status"
    assert f"Nothing was finalized: {words}." in answer.reason


@pytest.mark.parametrize("status", NO_CONSENT)
def test_an_update_of_a_stack_in_any_other_status_finalizes_nothing(provider, aws, status):
    provider.ask("Update", WEB, physical_id=SERVER, status=status)

    assert not is_finalized(aws)


@pytest.mark.parametrize("fault", ["throttle", "access-denied"])
def test_an_update_that_was_sent_just_now_finalizes_nothing_if_the_stack_cannot_be_asked(provider, aws, fault):
    silence(aws, fault)

    answer = provider.ask("Update", WEB, physical_id=SERVER, status="UPDATE_ROLLBACK_IN_PROGRESS")

    assert (answer.status, is_finalized(aws)) == ("FAILED", False)
    assert "the stack status could not be read" in answer.reason


@pytest.mark.parametrize("fault", ["throttle", "access-denied"])
def test_a_create_that_was_sent_70_s_ago_finalizes_nothing_if_the_stack_cannot_be_asked(provider, aws, fault):
    silence(aws, fault)
    provider.sent_ago(seconds=70)

    answer = provider.ask("Create", WEB, status="DELETE_IN_PROGRESS")

    assert (answer.status, is_finalized(aws)) == ("FAILED", False)
    assert "the stack status could not be read" in answer.reason
