"""Builders for a load test without violations: three source servers, a stack for the first, an event for each."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

from local.cloudformation import requests
from tests.load.record import Answer, Event, Record, Request
from tests.load.story import KINDS, Ask, Story

READY, UNAPPROVED, OLD = (f"s-{number:017x}" for number in range(3))
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
THROTTLED = "mgn:DescribeJobs failed with ThrottlingException (429): Rate exceeded."
REFUSED = {"errorType": "FunctionError", "errorMessage": THROTTLED}

ADDRESS = requests.Address(
    stack_id=requests.new_stack_id("web"),
    logical_resource_id="WebServerCutover",
    resource_type="Custom::FinalizedCutover",
    service_token=ARN,
)
STORY = Story(
    servers={READY: KINDS["ready"], UNAPPROVED: KINDS["unapproved"], OLD: KINDS["old snapshot"]},
    asks=(Ask(server_id=READY, is_doubled=False),),
    launches=(READY, UNAPPROVED, OLD),
)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def request(server_id=READY, *, request_type="Create", attempts=(None,), answers=None):
    document = requests.build(request_type, ADDRESS, {"SourceServerID": server_id})
    return Request(
        server_id=server_id,
        document=document,
        sent_at=NOON,
        attempts=attempts,
        answers=tuple(one(document) for one in answers or [answer()]),
    )


def answer(status="SUCCESS", reason="", *, seconds=2, is_stored=True, is_taken=True, **changes):
    """Return a function that builds a response to a document."""

    def to(document):
        body = {name: document[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
        body |= {"Status": status, "Reason": reason, "PhysicalResourceId": READY, "Data": {"Outcome": "FINALIZED"}}
        return Answer(
            came_at=after(seconds),
            body=json.dumps(body | changes).encode(),
            is_stored=is_stored,
            is_taken=is_taken,
            status=200 if is_taken else None,
        )

    return to


def event(server_id, *attempts):
    return Event(server_id=server_id, attempts=attempts)


def report(outcome):
    return {"answer": {"outcome": outcome}}


def finalize(server_id=READY, *, status=200, lost_status=None):
    call = {"service": "mgn", "operation": "FinalizeCutover", "parameters": {"sourceServerID": server_id}}
    return {**call, "status": status, "lostStatus": lost_status, "fault": None}


def record(**changes):
    well = Record(
        requests=[request()],
        events=[event(READY, report("FINALIZED")), event(UNAPPROVED, report("SKIPPED")), event(OLD, report("BLOCKED"))],
        calls=[finalize()],
        finalized_at={READY: after(1)},
        kept={"FailedInvocations": set(), "FailedRequests": set()},
        sweep=[report("NOT_FINALIZED")],
        calls_of_sweep=[],
        finalized_in_the_end={READY},
    )
    return dataclasses.replace(well, **changes)
