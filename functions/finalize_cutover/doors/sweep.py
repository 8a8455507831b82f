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
from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.fleet_report import FleetReport, summary
from finalize_cutover.cutover.report import camel_case, document
from finalize_cutover.cutover.result import Result, skipped
from finalize_cutover.cutover.source_server import CUTOVER, CUTTING_OVER, SourceServer
from finalize_cutover.doors.automation import announce, finalize_approved
from finalize_cutover.doors.call import Call
from finalize_cutover.log import record_audit
from finalize_cutover.metrics import measure_result, measure_waiting

# So many are looked at before the first of them is finalized: a look must still be true when it is acted on.
BATCH = 50
AUDITED_FOR = timedelta(hours=24)


class SweepReport(FleetReport, frozen=True, kw_only=True, rename=camel_case):
    """What a sweep found and did, and what it found left behind."""

    audit: FleetAuditReport


def handle(event: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """
    Finalize every approved server that is ready, oldest launch first, and audit those finalized in the last 24 hours.

    Raises:
        InvalidRequestError: *event* holds more than its action.

        CutoverError: MGN could not be asked for the servers; the next sweep, or Lambda's retry, asks again.
    """
    if set(event) != {"action"}:
        raise InvalidRequestError(
            f"A sweep takes no {', '.join(map(str, set(event) - {'action'}))}; allowed is action."
        )
    servers = sorted(call.world(None).mgn.in_state(CUTTING_OVER), key=_launched_at)
    approval = call.settings.approval_tag
    approved = [server for server in servers if approval.is_on(server.tags)]
    others = [skipped(server, approval) for server in servers if not approval.is_on(server.tags)]
    for result in others:
        measure_result(result)
    results = _finalize_in_batches([server.id for server in approved], call)
    measure_waiting(_oldest_waiting(approved, results, call.clock.now()))
    return document(_report([*results.values(), *others], _audited(call)))


def _launched_at(server: SourceServer) -> datetime:
    initiated_at = server.last_cutover.initiated_at if server.last_cutover else None
    return initiated_at or datetime.max.replace(tzinfo=UTC)


def _finalize_in_batches(server_ids: list[str], call: Call) -> dict[str, Result]:
    results: dict[str, Result] = {}
    for start in range(0, len(server_ids), BATCH):
        batch = finalize_approved(server_ids[start : start + BATCH], call)
        # At once, since the next batch may be cut off.
        announce(batch, call)
        results |= {result.report.source_server_id: result for result in batch}
    return results


def _oldest_waiting(approved: Collection[SourceServer], results: Mapping[str, Result], now: datetime) -> int:
    """Return for how many minutes the oldest approved cutover has waited; 0 where none waits."""
    launches = [_launched_at(server) for server in approved if results[server.id].cause]
    return max(0, *(int((now - launch).total_seconds() // 60) for launch in launches)) if launches else 0


def _audited(call: Call) -> FleetAuditReport:
    world, since = call.world(None), call.clock.now() - AUDITED_FOR
    recent = [s.id for s in world.mgn.in_state(CUTOVER) if s.finalized_at and s.finalized_at >= since]
    reports = audit(recent, world=world, staging=call.staging()) if recent else ()
    for report in reports:
        record_audit(report)
    return fleet_audit_report(reports)


def _report(results: Collection[Result], audited: FleetAuditReport) -> SweepReport:
    fleet = summary(results)
    return SweepReport(**{name: getattr(fleet, name) for name in fleet.__struct_fields__}, audit=audited)
