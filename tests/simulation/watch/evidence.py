"""Checks of the evidence bucket: no intent, no write; nobody changes a record; every finalization has its result."""

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.simulation.aws.documents import OWNER
from tests.simulation.aws.evidence_bucket import BUCKET, DAY, Stored
from tests.simulation.aws.invocation import Invocation, Sight
from tests.simulation.aws.truth import Server
from tests.simulation.virtual.machine import START

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

NOT_STORED = "The evidence bucket does not have the record of "
# A fault that time cures; the end of the time is one, too.
CURED_BY_TIME = ("(409)", "(5", "no readable response", "no response in time", "Too little time")
HANDLERS = {"custom_resource": "cloudformation", "launch_result": "launch-result"}
# The retention counts from when the function begins to store; a request that hangs can be served so much later.
LATEST = 60  # seconds
# A result is tried again for so long, unless so little time is left: for the next pause, and to answer.
PATIENCE, TOO_LITTLE = 30, 50  # seconds
ROUNDED = 0.001  # seconds
# An intent has the findings of more rules.
FEW = 10


def check_put(watch: "Watch", invocation: Invocation, bucket: str, key: str) -> None:
    """Check that a record is stored only in the bucket of the deployment, and not for a dry run."""
    watch.demand(watch.bucket and bucket == BUCKET, "stored unasked", invocation, bucket, key)
    watch.demand(invocation.asked.may_finalize, "stored unasked", invocation, "was to finalize nothing", key)
    invocation.record.puts.append((watch.machine.now, key))


def check_stored(watch: "Watch", invocation: Invocation, stored: Stored, replaced: Stored | None) -> None:
    """Check a record when S3 has stored it."""
    assert watch.bucket
    record, retention = stored.record, watch.bucket.retention_days * DAY
    watch.demand(replaced is None, "record overwritten", invocation, stored.key)
    locked_for = (stored.locked_until or 0) - stored.stored_at
    watch.demand(retention - LATEST <= locked_for <= retention, "record not locked", invocation, stored.key, locked_for)
    has_tag = OWNER.encode() in stored.body or "tags" in _members(record)
    watch.demand(not has_tag, "tag in a record", invocation, stored.key)
    subject = record["subject"]
    owner = watch.mgn.servers[subject["sourceServerID"]].account
    folder = _folder(owner, subject["sourceServerID"], subject["cutoverJobID"])
    watch.demand(stored.key.startswith(folder), "record in another folder", invocation, stored.key, "not", folder)
    if record["kind"] == "result":
        _check_link(watch, invocation, stored)


def _check_link(watch: "Watch", invocation: Invocation, stored: Stored) -> None:
    """Check that a result names the intent of the invocation, if it has sent a write."""
    server_id, link = stored.record["subject"]["sourceServerID"], stored.record["intent"]
    if link is None:
        has_written = any(s.server_id == server_id and not s.is_refused for s in invocation.record.sends)
        watch.demand(not has_written, "result without its intent", invocation, stored.key)
        return
    assert watch.bucket
    found = watch.bucket.objects.get(link["key"])
    is_same = found and hashlib.sha256(found.body).hexdigest() == link["sha256"]
    is_own = found and found.is_of(invocation, server_id, "intent")
    watch.demand(is_same and is_own, "result of another intent", invocation, stored.key, link)


def check_intent(watch: "Watch", invocation: Invocation, sight: Sight, *, oldest: float) -> None:
    """
    Check that the bucket has the record of what *sight* shows when *invocation* sends FinalizeCutover.

    Args:
        oldest: Earliest time at which its evidence may have been read, in seconds.
    """
    if watch.bucket is None:
        return
    server = sight.server
    intents = list(watch.bucket.records(invocation, server.id, "intent"))
    watch.counts["FinalizeCutover sent with an intent"] += 1
    if not intents:
        watch.demand(False, "sent without an intent", invocation, server.id)
        return
    # One of an earlier look can be stored late.
    wrong = [sorted(_wrong(each, invocation, sight, oldest)) for each in intents]
    watch.demand([] in wrong, "sent on another intent", invocation, server.id, wrong, sight)


def _wrong(stored: Stored, invocation: Invocation, sight: Sight, oldest: float) -> Iterator[str]:
    """Yield the members of an intent that do not say what *sight* shows."""
    record, handler, server = stored.record, invocation.asked.handler, sight.server
    findings = {each["rule"]: each["verdict"] for each in record["readiness"]}
    job_id = server.cutover.job_id if server.cutover else None
    read_at = _seconds(record["evidenceReadAt"])
    facts = {
        "cutoverJobID": record["subject"]["cutoverJobID"] == job_id,
        "launchedInstanceID": record["subject"]["launchedInstanceID"]
        == (server.launched.instance_id if server.launched else None),
        "handler": record["requestedBy"]["handler"] == HANDLERS.get(handler, handler),
        # It is recorded after the last part of the look, so that each look has its own.
        "recordedAt": _seconds(record["recordedAt"]) >= sight.heard_at - ROUNDED,
        "evidenceReadAt": oldest - ROUNDED <= read_at <= sight.oldest_at + ROUNDED,
        # Which rules there must be is held by what is sent: otherwise this would hide whether that is found.
        "readiness": len(findings) > FEW and {*findings.values()} <= {"PASS", "WAIVED"},
        "jobLog": _lines(record["jobLog"]) == _log_about(sight),
    }
    return (name for name, is_true in facts.items() if not is_true)


def _lines(log: list[dict[str, Any]]) -> list[tuple[str, str | None, bool]]:
    return [(line["event"], line.get("sourceServerID"), line.get("hasError", False)) for line in log]


def _log_about(sight: Sight) -> list[tuple[str, str | None, bool]]:
    """Return the lines of the log in *sight* that are about its server, or about the whole job."""
    log = sight.log or () if sight.job else ()
    return [(event, about or None, bool(error)) for event, about, error in log if about in {None, "", sight.server.id}]


def check_results(watch: "Watch", invocation: Invocation, *, without: Collection[str] = ()) -> None:
    """Check that *invocation* has recorded each write that succeeded, except in the accounts *without*."""
    for server_id in {send.server_id: None for send in invocation.record.sends if send.is_success}:
        if watch.mgn.servers[server_id].account not in without:
            check_result(watch, invocation, server_id)


def check_result(watch: "Watch", invocation: Invocation, server_id: str) -> None:
    """Check that the bucket has the result of a finalization by *invocation*, with its intent."""
    if watch.bucket is None:
        return
    results = watch.bucket.records(invocation, server_id, "result")
    is_recorded = any(each.record["report"]["changed"] and each.record["intent"] for each in results)
    watch.demand(is_recorded, "not recorded", invocation, "finalized", server_id)


def check_final(watch: "Watch", invocation: Invocation, server: Server) -> None:
    """Check that the bucket has some result of the cutover of *server*, which *invocation* reports as finalized."""
    if watch.bucket is None:
        return
    job_id = server.cutover.job_id if server.cutover else None
    folder = _folder(server.account, server.id, job_id)
    is_recorded = any(key.startswith(f"{folder}result") for key in watch.bucket.objects)
    watch.demand(is_recorded, "not recorded", invocation, "found finalized", server)


def is_not_stored(reason: str) -> bool:
    """Return whether *reason* says that a record could not be stored."""
    return reason.startswith(NOT_STORED)


def check_not_stored(watch: "Watch", invocation: Invocation, reason: str) -> None:
    """Check that there was an obstacle to a record, and that it was tried again for as long as time could cure it."""
    left = invocation.ends_at - watch.machine.now
    if request := invocation.asked.request:
        left = min(left, request.gives_up_at - watch.machine.now)
    has_fault = any(fault.operation == "PutObject" for fault in invocation.record.faults)
    watch.demand(has_fault or left < TOO_LITTLE, "groundless error", invocation, reason)
    server_id = reason.removeprefix(NOT_STORED).split()[2].rstrip(":")
    times = [at for at, key in invocation.record.puts if f"/{server_id}/" in key and "/result" in key]
    is_curable = any(words in reason for words in CURED_BY_TIME)
    if is_curable and left >= TOO_LITTLE:
        is_patient = times and times[-1] - times[0] >= PATIENCE
        watch.demand(is_patient, "gave up storing soon", invocation, reason, times)


def _folder(account: str, server_id: str, job_id: str | None) -> str:
    return f"{account}/{server_id}/{job_id or 'no-job'}/"


def _seconds(text: str) -> float:
    return (datetime.fromisoformat(text) - START).total_seconds()


def _members(document: Any) -> Iterator[str]:
    """Yield the names of all members in *document*."""
    if isinstance(document, dict):
        yield from document
        for value in document.values():
            yield from _members(value)
    if isinstance(document, list):
        for value in document:
            yield from _members(value)
