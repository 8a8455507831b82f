"""
All events that MGN documents, as EventBridge delivers them.

https://docs.aws.amazon.com/mgn/latest/ug/eventbridge-events.html
https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-mgn.html
"""

from typing import Any

Event = dict[str, Any]

LAUNCH_RESULT = "MGN Source Server Launch Result"
SUCCEEDED = "CUTOVER_LAUNCH_SUCCEEDED"


def event(detail_type: str, **detail: Any) -> Event:
    """Return an event of MGN about one source server."""
    return {
        "version": "0",
        "id": "9da9af57-9253-4406-87cb-7cc400e43465",
        "detail-type": detail_type,
        "source": "aws.mgn",
        "account": "111122223333",
        "time": "2026-11-23T10:14:30Z",
        "region": "eu-west-1",
        "resources": ["arn:aws:mgn:eu-west-1:111122223333:source-server/s-0123456789abcdef0"],
        "detail": detail,
    }


def launch_result(state: str) -> Event:
    """Return the event about a launch with the result *state*."""
    return event(LAUNCH_RESULT, **{"state": state, "job-id": "mgnjob-0123456789abcdef0"})


def as_printed(launch: Event) -> Event:
    """Return *launch* as in MGN's documentation, with asterisks around the values."""
    return {**launch, "detail": {name: f"*{value}*" for name, value in launch["detail"].items()}}


SUCCEEDED_LAUNCHES = {
    "plain": launch_result(SUCCEEDED),
    "as printed": as_printed(launch_result(SUCCEEDED)),
}

OTHER_STATES = ("CUTOVER_LAUNCH_FAILED", "TEST_LAUNCH_SUCCEEDED", "TEST_LAUNCH_FAILED")
OTHERS = {
    **{state: launch_result(state) for state in OTHER_STATES},
    **{f"{state}, as printed": as_printed(launch_result(state)) for state in OTHER_STATES},
    "ready for test": event("MGN Source Server Lifecycle State Change", state="READY_FOR_TEST"),
    "stalled": event("MGN Source Server Data Replication Stalled Change", state="STALLED"),
    "not stalled": event("MGN Source Server Data Replication Stalled Change", state="NOT_STALLED"),
    # Documented without their detail.
    **{
        detail_type: event(detail_type)
        for detail_type in (
            "MGN Agent Install",
            "MGN Data Replication",
            "MGN Data Replication State Change",
            "MGN Source Server Ready For Test",
        )
    },
    **{
        f"somebody calls {operation}": event(
            "AWS API Call via CloudTrail",
            eventSource="mgn.amazonaws.com",
            eventName=operation,
            requestParameters={"sourceServerID": "s-0123456789abcdef0"},
        )
        for operation in ("FinalizeCutover", "StartCutover")
    },
    "from somebody else": {**launch_result(SUCCEEDED), "source": "com.example.mgn"},
}
