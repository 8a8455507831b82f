"""
The schedule's door: finalize what became ready, audit what was finalized.

MGN's events are best effort, and a server may become ready long after its
event.  The sweep rests on MGN's state alone: one that overlaps another, or an
event, or that did not reach everything, is mended by the next.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from finalize_cutover.cutover.audit import audit
from finalize_cutover.cutover.audit_report import FleetAuditReport, fleet_audit_report
from finalize_cutover.cutover.errors import CutoverError, InvalidRequestError, OutOfTimeError
from finalize_cutover.cutover.fleet_report import FleetReport, summary
from finalize_cutover.cutover.report import camel_case, document
from finalize_cutover.cutover.result import Result, failed, skipped
from finalize_cutover.cutover.source_server import CUTOVER, CUTTING_OVER, SourceServer
from finalize_cutover.doors.automation import announce, finalize_approved, is_late
from finalize_cutover.doors.call import Call
from finalize_cutover.doors.request import shown
from finalize_cutover.log import logger, record_audit
from finalize_cutover.metrics import measure_refusal, measure_result, measure_waiting

# So many are looked at before the first of them is finalized: a look must still be true when it is acted on.
BATCH = 50
AUDITED_FOR = timedelta(hours=24)


class SweepReport(FleetReport, frozen=True, kw_only=True, rename=camel_case):
    """What a sweep found and did, and what it found left behind; ``audit`` is None where no time was left for it."""

    audit: FleetAuditReport | None


def handle(event: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """
    Finalize every approved server that is ready, oldest launch first, and audit those finalized in the last 24 hours.

    What fails for one server is in its report, and keeps no other from being finalized: the next sweep comes back.

    Raises:
        InvalidRequestError: *event* holds more than its action.

        CutoverError: MGN could not be asked for the servers; the next sweep, or Lambda's retry, asks again.
    """
    if unknown := event.keys() - {"action"}:
        raise InvalidRequestError(f"A sweep takes no {shown(min(map(str, unknown)))}; allowed is action.")
    act_until = call.act_until
    approved, others = _in_cutover(call)
    for result in others:
        measure_result(result)
    results = _finalize_in_batches([server.id for server in approved], call, act_until)
    measure_waiting(_oldest_waiting(approved, results, call.clock.now()))
    return document(_report([*results.values(), *others], _audited(call, act_until)))


def _in_cutover(call: Call) -> tuple[list[SourceServer], list[Result]]:
    """Return the approved servers, oldest launch first, and what is said of the others, of which no more is read."""
    try:
        servers = call.world(None).mgn.in_state(CUTTING_OVER)
    except CutoverError as error:
        measure_refusal(error)
        raise
    approval = call.settings.approval_tag
    # A server that moved from one page of MGN's list to the next is listed twice.
    distinct = sorted({server.id: server for server in servers}.values(), key=_launched_at)
    approved = [server for server in distinct if approval.is_on(server.tags)]
    return approved, [skipped(server, approval) for server in distinct if not approval.is_on(server.tags)]


def _launched_at(server: SourceServer) -> datetime:
    initiated_at = server.last_cutover.initiated_at if server.last_cutover else None
    return initiated_at or datetime.max.replace(tzinfo=UTC)


def _finalize_in_batches(server_ids: list[str], call: Call, act_until: datetime) -> dict[str, Result]:
    """Return ``{ID: result}``; those not looked at in time are as late as those not acted on in time."""
    results: dict[str, Result] = {}
    for start in range(0, len(server_ids), BATCH):
        if call.clock.now() >= act_until:
            break
        batch = finalize_approved(server_ids[start : start + BATCH], call, act_until=act_until)
        # At once, since the next batch may be cut off.
        announce(batch, call)
        results |= {result.report.source_server_id: result for result in batch}
    late = OutOfTimeError("The sweep's time was over.")
    remaining = {server_id: failed(server_id, late) for server_id in server_ids if server_id not in results}
    if count := len(remaining) + sum(map(is_late, results.values())):
        logger.warning("Sweep ran out of time", remaining=count)
    return results | remaining


def _oldest_waiting(approved: Collection[SourceServer], results: Mapping[str, Result], now: datetime) -> int:
    """Return for how many minutes the oldest approved cutover has waited; 0 where none waits."""
    launches = [_launched_at(server) for server in approved if results[server.id].cause]
    return max(0, *(int((now - launch).total_seconds() // 60) for launch in launches)) if launches else 0


def _audited(call: Call, act_until: datetime) -> FleetAuditReport | None:
    now = call.clock.now()
    if now >= act_until:
        return None
    world = call.world(None)
    # Archived ones too: what was left behind costs as much.
    finalized = world.mgn.in_state(CUTOVER, archived_too=True)
    recent = list({s.id: s for s in finalized if s.finalized_at and s.finalized_at >= now - AUDITED_FOR})
    reports = audit(recent, world=world, staging=call.staging(None)) if recent else ()
    for report in reports:
        record_audit(report)
    return fleet_audit_report(reports)


def _report(results: Collection[Result], audited: FleetAuditReport | None) -> SweepReport:
    fleet = summary(results)
    return SweepReport(**{name: getattr(fleet, name) for name in fleet.__struct_fields__}, audit=audited)
