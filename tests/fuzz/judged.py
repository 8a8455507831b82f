"""Checks an observed invocation: a refusal with a sentence and without calls, or the expected result."""

from typing import Any

from finalize_cutover.cutover.errors import EmptySelectionError, SourceServerNotFoundError
from tests.fuzz import expected
from tests.fuzz.answered import custom_resource
from tests.fuzz.aws import SERVER
from tests.fuzz.demands import archives_groups, asks_about, refused, reported, tells_no_secret, writes
from tests.fuzz.function import Observation


def judge(event: Any, seen: Observation) -> None:
    """Check that *seen* is correct for *event*."""
    tells_no_secret(event, seen)
    handler = expected.handler(event)
    if handler is None:
        refused(seen)
    else:
        HANDLERS[handler](event, seen)


def _direct(event: dict[str, Any], seen: Observation) -> None:
    if not expected.fits(event, "request") or expected.is_contradictory(event):
        refused(seen)
    elif not expected.servers(event) and not (event.get("sourceServerID") or event.get("sourceServerIDs")):
        assert type(seen.error) is EmptySelectionError, seen
    else:
        reported(seen)
        action = event.get("action", "finalize")
        acts = action == "finalize" and not event.get("dryRun") and expected.approves(event)
        acts = acts and (expected.is_complete(event) or not event.get("allOrNothing"))
        writes(seen, finalizes=acts and bool(expected.servers(event)), archives=acts and event.get("archive", False))
        is_final = acts and bool(expected.servers(event))
        archives_groups(seen, archives=is_final and event.get("archiveApplicationAndWave", False))
        asks_about(seen, event.get("accountID"))


def _sweep(event: dict[str, Any], seen: Observation) -> None:
    if not set(event) <= {"action", "dryRun"} or not isinstance(event.get("dryRun", False), bool):
        refused(seen)
        return
    reported(seen)
    writes(seen, finalizes=not event.get("dryRun", False), archives=False)


def _digest(event: dict[str, Any], seen: Observation) -> None:
    if set(event) != {"action"}:
        refused(seen)
        return
    reported(seen)
    writes(seen, finalizes=False, archives=False)


def _preflight(event: dict[str, Any], seen: Observation) -> None:
    # Both fields are those of a direct request, which needs a source server.
    fields = {"action": "check", "sourceServerID": SERVER, **{n: v for n, v in event.items() if n != "action"}}
    if not set(event) <= {"action", "accountID", "sourceServerID"} or not expected.fits(
        {**fields, "sourceServerID": fields["sourceServerID"] or SERVER}, "request"
    ):
        refused(seen)
        return
    reported(seen)
    writes(seen, finalizes=False, archives=False)


def _launch_result(event: dict[str, Any], seen: Observation) -> None:
    detail = event.get("detail")
    state = detail.get("state") if isinstance(detail, dict) else None
    is_ours = event["detail-type"] == "MGN Source Server Launch Result"
    if is_ours and not isinstance(state, str):
        refused(seen)
    elif not is_ours or str(state).strip("*") != "CUTOVER_LAUNCH_SUCCEEDED":
        assert (seen.error, seen.answer, seen.calls, seen.contacts) == (None, None, [], [])
    else:
        _launched(event, seen)


def _launched(event: dict[str, Any], seen: Observation) -> None:
    resources = event.get("resources")
    named = {_named(each, event) for each in resources} if isinstance(resources, list) else set()
    if not named or None in named:
        refused(seen)
        return
    writes(seen, finalizes=SERVER in named, archives=False)
    if named == {SERVER}:
        reported(seen)
    else:
        assert type(seen.error) is SourceServerNotFoundError, seen


def _named(resource: Any, event: dict[str, Any]) -> str | None:
    """Return the source server in an ARN; None unless its Region and account are those of the event."""
    parts = resource.strip("*").split(":") if isinstance(resource, str) and len(resource) < 500 else []
    if len(parts) != 6 or parts[3] != expected.REGION or (parts[0], parts[2]) != ("arn", "mgn"):
        return None
    for name, place in (("region", parts[3]), ("account", parts[4])):
        if name in event and (not isinstance(event[name], str) or event[name].strip("*") != place):
            return None
    kind, _, server_id = parts[5].partition("/")
    is_id = expected.fits({"sourceServerID": server_id}, "request")
    return server_id if kind == "source-server" and is_id and parts[1].startswith("aws") else None


HANDLERS = {
    "custom_resource": custom_resource,
    "launch_result": _launch_result,
    "sweep": _sweep,
    "digest": _digest,
    "preflight": _preflight,
    "direct": _direct,
}
