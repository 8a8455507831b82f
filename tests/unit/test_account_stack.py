"""The kit for a real account: what a deleted stack retains."""

from datetime import UTC, datetime

import pytest

from tests.account.stack import Stack

STACK_ID = "arn:aws:cloudformation:eu-west-1:111122223333:stack/test/1"


class StoppedClock:
    def now(self):
        return datetime(2026, 11, 30, tzinfo=UTC)


class DeletedStack:
    """AWS with a stack that is deleted; *events* are (logical ID, status), the newest first."""

    def __init__(self, events):
        self._events = events

    def client(self, service):
        assert service == "cloudformation"
        return self

    def describe_stacks(self, **request):
        assert request == {"StackName": STACK_ID}
        return {"Stacks": [{"StackId": STACK_ID, "StackStatus": "DELETE_COMPLETE"}]}

    def pages(self, _service, method, member, **_request):
        assert (method, member) == ("describe_stack_events", "StackEvents")
        return [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": f"physical-{name}",
                "ResourceType": "AWS::SQS::Queue",
                "ResourceStatus": status,
            }
            for name, status in self._events
        ]


@pytest.mark.parametrize(
    ("events", "retained"),
    [
        ([("Queue", "DELETE_SKIPPED"), ("Queue", "CREATE_COMPLETE")], ["physical-Queue"]),
        ([("Queue", "DELETE_COMPLETE"), ("Queue", "DELETE_IN_PROGRESS"), ("Queue", "CREATE_COMPLETE")], []),
        ([("Queue", "CREATE_FAILED"), ("Queue", "CREATE_IN_PROGRESS")], []),
        ([("Queue", "CREATE_COMPLETE")], []),
    ],
    ids=["retained", "deleted", "never created, for example because somebody else has the name", "unknown"],
)
def test_only_what_cloudformation_skipped_is_retained(events, retained):
    stack = Stack(DeletedStack(events), "test", StoppedClock())

    assert [each["id"] for each in stack.delete(STACK_ID)] == retained
