"""
Checks that a request of CloudFormation has one response, and that it is true when it is stored.

SUCCESS of a Create or an Update is true if MGN shows every selected server as finalized, and the attributes have MGN's
values (in a dry run: if each server was ready or finalized when the invocation read it).  SUCCESS of a Delete is always
true, and so is SUCCESS of an Update if CloudFormation reported a rollback.

FAILED is true if there was an obstacle: a server that was not ready when it was read, a fault, a conflict, a stack that
stopped, too little time.  It is false if the invocation read every server as finalized.  It is also false if every
server had been finalized before the invocation's FinalizeCutover ended in a conflict or without a response, and MGN
could be read afterwards.
"""

import json
from typing import TYPE_CHECKING, Any

from finalize_cutover.handlers.cloudformation.attributes import BROKEN, OUT_OF_TIME
from tests.simulation.aws import documents
from tests.simulation.aws.invocation import Invocation
from tests.simulation.aws.requests import Request
from tests.simulation.watch import evidence
from tests.simulation.watch.reports import check_waited
from tests.simulation.watch.sends import ANSWER, FORWARD
from tests.simulation.watch.sights import has_excuse, is_final_and_could_be_seen
from tests.simulation.watch.table import broken_rules

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

# The attributes of one source server, which are empty in a response about several.
OF_ONE = (
    *("SourceServerArn", "LifeCycleState", "DataReplicationState", "FinalizedAt", "LaunchedInstanceID"),
    *("CutoverJobID", "ReplicationResourcesDeletedBy"),
)
NAMES = {"Status", "Reason", "PhysicalResourceId", "StackId", "RequestId", "LogicalResourceId", "NoEcho", "Data"}
DELETED_AFTER = 90 * 60  # seconds
# Limit for the response to a rollback: from the start, or from the time at which the stack's status showed it.
AT_ONCE, SOON = 6, 60  # seconds


def check(watch: "Watch", invocation: Invocation, request: Request, encoded: bytes) -> None:
    """Check all invariants when *invocation* responds to *request*."""
    if encoded not in invocation.record.answers:
        invocation.record.answers.append(encoded)
    watch.demand(len(invocation.record.answers) == 1, "answered twice", invocation, "sent two different answers")
    body = json.loads(encoded)
    watch.counts[f"answers: {request.type} {body['Status']}"] += 1
    _check_form(watch, request, body, len(encoded))
    _check_rollback(watch, invocation, request)
    if request.type == "Delete":
        is_idle = not invocation.record.reads and not invocation.record.sends
        watch.demand(body["Status"] == "SUCCESS" and is_idle, "deleted badly", invocation, body)
    elif body["Status"] == "SUCCESS":
        _check_success(watch, invocation, request, body)
    else:
        _check_failure(watch, invocation, request, body["Reason"])


def _check_form(watch: "Watch", request: Request, body: dict[str, Any], size: int) -> None:
    echoes = {"StackId": request.stack_id, "RequestId": f"request-{request.number}"}
    echoes["LogicalResourceId"] = request.logical_id
    is_read = body.keys() == NAMES and size <= 4096 and echoes.items() <= body.items()
    watch.demand(is_read and (body["Reason"] or body["Status"] == "SUCCESS"), "malformed", body)
    expected = request.asked.physical_id or request.physical_id or f"{request.logical_id}-invalid"
    if request.type == "Delete" or (request.type == "Update" and body["Status"] == "FAILED"):
        expected = request.physical_id
    watch.demand(body["PhysicalResourceId"] == expected, "wrong physical ID", body, "instead of", expected)


def _check_rollback(watch: "Watch", invocation: Invocation, request: Request) -> None:
    """
    Check that an Update of a rollback received its response at once, whatever MGN does.

    If the stack's first status did not show the rollback, started work may end, but the function must not wait.
    """
    said, since = invocation.record.stack_statuses, invocation.record.answering_since
    if since is None or not _is_told_of_rollback(invocation, request):
        return
    was_silent = any(fault.operation == "DescribeStacks" for fault in invocation.record.faults)
    told_at = next(at for at, status in said if "ROLLBACK" in status)
    if request.is_rollback and len(said) == len(invocation.record.asked_at) and not was_silent:
        seconds, longest = since - invocation.began_at, AT_ONCE
    else:
        seconds, longest = since - told_at, SOON
    watch.demand(seconds <= longest, "rollback waited", invocation, f"for {seconds:.3f} s")


def _is_told_of_rollback(invocation: Invocation, request: Request) -> bool:
    said = invocation.record.stack_statuses
    return request.type == "Update" and any("ROLLBACK" in status for _, status in said)


def _check_success(watch: "Watch", invocation: Invocation, request: Request, body: dict[str, Any]) -> None:
    if _is_told_of_rollback(invocation, request):
        watch.counts["rollbacks let through"] += 1
        return
    evidence.check_results(watch, invocation)
    server_ids = invocation.meant
    if not request.asked.may_finalize:
        sights = [invocation.record.sights[server_id] for server_id in server_ids]
        # A response can need several attempts.
        said_at = invocation.record.answering_since
        is_true = all(s.server.is_final or not broken_rules(s, request.asked, said_at) for s in sights)
        watch.demand(is_true, "untrue success", invocation, "was shown", sights)
        return
    servers = [watch.mgn.servers[server_id] for server_id in server_ids]
    watch.demand(servers and all(s.is_final for s in servers), "untrue success", invocation, "answers for", servers)
    for server in servers:
        evidence.check_final(watch, invocation, server)
    if not watch.violations:
        expected = _attributes(server_ids, watch) if request.asked.is_single else _fleet_attributes(len(servers))
        watch.demand(body["Data"] == expected, "untrue attributes", body["Data"], "instead of", expected)
    # A server that joins or leaves a wave meanwhile changes the expected selection.
    said = watch.said.setdefault((request.number, tuple(server_ids)), body["Data"])
    watch.demand(said == body["Data"], "other attributes", said, body)


def _attributes(server_ids: list[str], watch: "Watch") -> dict[str, str]:
    server = watch.mgn.servers[server_ids[0]]
    assert server.cutover is not None
    assert server.cutover.finalized_at is not None
    finalized_at = int(server.cutover.finalized_at)  # MGN has milliseconds, the attributes have seconds
    return {
        **dict.fromkeys(("Total", "Finalized", "NotReady", "Failed"), ""),
        "Outcome": "FINALIZED",
        "SourceServerArn": documents.arn(server.id),
        "LifeCycleState": "CUTOVER",
        "DataReplicationState": "DISCONNECTED",
        "FinalizedAt": documents.whole_seconds(finalized_at),
        "LaunchedInstanceID": server.launched.instance_id if server.launched else "",
        "CutoverJobID": server.cutover.job_id,
        "ReplicationResourcesDeletedBy": documents.whole_seconds(finalized_at + DELETED_AFTER),
    }


def _fleet_attributes(count: int) -> dict[str, str]:
    numbers = {"Total": count, "Finalized": count, "NotReady": 0, "Failed": 0}
    others = dict.fromkeys(OF_ONE, "")
    return {**others, "Outcome": "FINALIZED", **{name: str(number) for name, number in numbers.items()}}


def _check_failure(watch: "Watch", invocation: Invocation, request: Request, reason: str) -> None:
    watch.demand(not reason.startswith(BROKEN.partition("{")[0]), "defect", invocation, reason)
    # It is followed by the source servers whose writes are in flight.
    if reason.startswith(OUT_OF_TIME):
        ends_at = min(invocation.ends_at, request.gives_up_at)
        is_late = watch.machine.now >= ends_at - ANSWER - 1  # the URL has whole seconds
        watch.demand(is_late, "untrue failure", invocation, "had time left")
        return
    watch.demand(not _is_told_of_rollback(invocation, request), "failed rollback", invocation, reason)
    if evidence.is_not_stored(reason):
        evidence.check_not_stored(watch, invocation, reason)
        return
    evidence.check_results(watch, invocation)
    server_ids = invocation.meant
    is_lie = bool(server_ids) and all(is_final_and_could_be_seen(watch, invocation, id_) for id_ in server_ids)
    watch.demand(not is_lie or _gave_up(invocation), "untrue failure", invocation, reason, "though all are finalized")
    is_excused = not server_ids or _gave_up(invocation) or "too little" in reason.lower()
    is_excused |= any(has_excuse(watch, invocation, server_id) for server_id in server_ids)
    is_excused |= watch.machine.now >= request.gives_up_at - ANSWER - 1
    watch.demand(is_excused, "groundless failure", invocation, reason)
    if not _gave_up(invocation):
        check_waited(watch, invocation, reason)


def _gave_up(invocation: Invocation) -> bool:
    return any(status not in FORWARD for _, status in invocation.record.stack_statuses)
