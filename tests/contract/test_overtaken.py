"""CloudFormation gives up on a request that is still running: the next request can arrive before the first one ends."""

import threading

import pytest

from tests.contract.provider import OTHER_SERVER, SERVER, WEB

WAITING = {**WEB, "WaitMinutes": 10}


class Neighbour:
    """
    Another resource of the stack; it fails while the custom resource waits, which continues after the rollback.

    Attributes:
        fails: Set when it fails.
    """

    def __init__(self, clock, stack):
        self.fails = threading.Event()
        self._stack = stack
        clock.on_sleep = self._give_up

    def _give_up(self):
        self.fails.set()
        pause = threading.Event()
        while self._stack.status.endswith("IN_PROGRESS"):
            pause.wait(0.01)


@pytest.fixture
def stack(new_provider, clock):
    return new_provider(handler=clock.handler).stack()


def last_answers(stack):
    return [(one.document["RequestType"], one.only_answer()) for one in stack.exchanges]


def test_a_cancelled_create_finalizes_nothing_though_its_delete_overtook_it(stack, clock, aws):
    aws.add_source_server("booting", sourceServerID=SERVER, bootsInSeconds=10)
    neighbour = Neighbour(clock, stack)

    status = stack.create(WAITING, cancelled_by=neighbour.fails)
    (_, create), (_, delete) = last_answers(stack)

    assert status == "ROLLBACK_COMPLETE"
    assert "FinalizeCutover" not in aws.operations("mgn")
    assert create.status == "FAILED"
    assert "Nothing was finalized: the stack status is ROLLBACK_COMPLETE." in create.reason
    assert delete.physical_resource_id.startswith("web-WebServerCutover-")
    assert stack.exchanges[1].puts[0].delivered


def test_a_cancelled_update_finalizes_nothing(stack, clock, aws):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_source_server("booting", sourceServerID=OTHER_SERVER, bootsInSeconds=10)
    stack.create(WEB)
    aws.clear_calls()
    neighbour = Neighbour(clock, stack)

    status = stack.update({**WAITING, "SourceServerID": OTHER_SERVER}, cancelled_by=neighbour.fails)
    _, update, rollback = last_answers(stack)

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert "FinalizeCutover" not in aws.operations("mgn")
    assert rollback[1].physical_resource_id == SERVER
    assert update[0] == "Update"


def test_a_delete_needs_nothing_that_the_create_would_have_left(provider, aws):
    delete = provider.ask("Delete", physical_id="web-WebServerCutover-1A2B3C4D5E6F")
    aws.add_source_server("ready", sourceServerID=SERVER)
    create = provider.ask("Create")

    assert (delete.status, create.status) == ("SUCCESS", "SUCCESS")


def test_a_request_that_is_delivered_again_after_its_stack_was_deleted_finalizes_nothing(provider, aws):
    aws.add_source_server("ready", sourceServerID=SERVER)
    provider.sent_ago(seconds=180)

    answer = provider.ask("Create", status="DELETE_COMPLETE")

    assert answer.status == "FAILED"
    assert "DELETE_COMPLETE" in answer.reason
    assert "FinalizeCutover" not in aws.operations("mgn")
