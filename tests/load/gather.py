"""Collects the events of a load test from the local AWS and the local CloudFormation."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from local.client import LocalAws
from local.cloudformation.exchange import Exchange
from local.cloudformation.mailbox import Put
from local.deploy.stack import client
from tests.load.answers import TimedEndpoint
from tests.load.deployed import Deployed, told_of
from tests.load.record import Answer, Event, Record, Request
from tests.load.story import BOOTED_AFTER

OK = 200


def request(exchange: Exchange, endpoint: TimedEndpoint) -> Request:
    """Return the record of an ended request."""
    target = exchange.mailbox.target
    sent = zip(endpoint.arrived[target], exchange.puts, strict=True)
    return Request(
        server_id=exchange.document["ResourceProperties"]["SourceServerID"],
        document=exchange.document,
        sent_at=endpoint.opened[target],
        attempts=tuple(exchange.delivery.attempts),
        answers=tuple(_answer(came_at, put) for came_at, put in sent),
    )


def _answer(came_at: datetime, put: Put) -> Answer:
    return Answer(
        came_at=came_at,
        body=put.body,
        is_stored=put.stored,
        is_taken=put.delivered and put.status == OK,
        status=put.status,
    )


def record(requests: Collection[Request], aws: LocalAws, app: Deployed) -> Record:
    """Return the record of the load test, and of a sweep an hour later, without faults."""
    calls, events = aws.calls(), list(map(_event, aws.invocations()))
    final, kept = finalized_at(aws), app.kept()
    aws.clear_calls()
    aws.advance(BOOTED_AFTER)
    sweep = app.sweep()
    return Record(
        requests=requests,
        events=events,
        calls=calls,
        finalized_at=final,
        kept=kept,
        sweep=sweep,
        calls_of_sweep=aws.calls(),
        finalized_in_the_end=finalized_at(aws).keys(),
    )


def _event(invocation: Mapping[str, Any]) -> Event:
    (server_id,) = told_of(invocation["event"])
    return Event(server_id=server_id, attempts=tuple(invocation["attempts"]))


def finalized_at(aws: LocalAws) -> dict[str, datetime]:
    """Return ``{ID: time of the finalization}`` of every finalized source server."""
    pages = client("mgn", aws.url).get_paginator("describe_source_servers").paginate(filters={})
    servers = [server for page in pages for server in page["items"] if server["lifeCycle"]["state"] == "CUTOVER"]
    return {server["sourceServerID"]: _moment(server["lifeCycle"]["lastCutover"]["finalized"]) for server in servers}


def _moment(called: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(called["apiCallDateTime"]).astimezone(UTC)
