"""
The handler for the schedule: finalize servers that are ready, audit finalized servers.

MGN's events are best effort, and a server may become ready long after its
event.  The sweep relies on MGN's state alone.  So sweeps and events can overlap,
and the next sweep continues one that did not reach every server.
"""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

import msgspec

from finalize_cutover.cutover.audit.audit import audit
from finalize_cutover.cutover.audit.report import AuditOutcome, AuditReport, FleetAuditReport, fleet_audit_report
from finalize_cutover.cutover.errors import CutoverError, InvalidRequestError
from finalize_cutover.cutover.finalize.result import Result, failed, skipped
from finalize_cutover.cutover.fleet_report import FleetReport, summary
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.readiness.waiting import waiting_since
from finalize_cutover.cutover.report import Outcome, Report, camel_case, document
from finalize_cutover.cutover.source_server import CUTOVER, CUTTING_OVER, SourceServer
from finalize_cutover.handlers.eventbridge.automation import (
    AUDITED_FOR,
    by_application,
    finalize_approved,
    launched_at,
)
from finalize_cutover.handlers.eventbridge.automation_options import automation_options
from finalize_cutover.handlers.eventbridge.order import rotated
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.request import shown
from finalize_cutover.handlers.results import Publisher, is_late
from finalize_cutover.observability.log import logger, record_audit
from finalize_cutover.observability.metrics import measure_refusal, measure_result, measure_waiting

# Reserved for the audit, but at most a fifth of the time, so that servers that are not ready cannot prevent it.
FOR_AUDIT, MOST_FOR_AUDIT = timedelta(seconds=30), 1 / 5
SEVERITY = list(AuditOutcome)


# At most so many source servers are listed, and so many bytes of reports: with the audit, a response is below 1 MB.
MOST_LISTED, MOST_BYTES = 500, 400_000
# Not listed are servers that are not approved or were finalized before, and audits without a problem.
LISTED = (
    *(Outcome.FAILED, Outcome.NOT_FOUND, Outcome.BLOCKED, Outcome.FINALIZED, Outcome.WOULD_FINALIZE),
    Outcome.NOT_READY,
)
CALM = {AuditOutcome.CLEAN, AuditOutcome.TOO_EARLY, AuditOutcome.NOT_FINALIZED}

T = TypeVar("T", Report, AuditReport)
NotListed = Annotated[
    int, msgspec.Meta(description="Number of source servers that need attention, but would make the list too long.")
]


class SweepAuditReport(FleetAuditReport, frozen=True, kw_only=True, rename=camel_case):
    """The report on a sweep's audit; ``servers`` lists those that need attention, ``counts`` counts all."""

    not_listed: NotListed


class SweepReport(FleetReport, frozen=True, kw_only=True, rename=camel_case):
    """
    The report on a sweep; ``audit`` is null if the audit could not run.

    ``servers`` lists those that were finalized now or need attention, ``counts`` counts all; the log has each.
    """

    not_listed: NotListed
    audit: SweepAuditReport | None


def handle(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """
    Finalize every approved server that is ready, and audit those finalized in the last 24 hours.

    It begins with another server each time.  A failure of one server is in its report and does not affect the others;
    the next sweep tries it again.

    Raises:
        InvalidRequestError: *event* is malformed, or automation is off and it is no dry run.

        CutoverError: MGN could not list the servers; Lambda's retry, or the next sweep, tries again.
    """
    is_dry_run = _is_dry_run(event)
    if invocation.settings.is_automation_off and not is_dry_run:
        raise InvalidRequestError(
            "action is sweep, but FinalizeOnLaunch is DISABLED; allowed: a sweep with dryRun true, or ENABLED."
        )
    act_until = invocation.act_until
    finalize_until = _finalize_until(act_until, invocation.clock.now())
    options = automation_options(invocation, act_until=finalize_until, is_dry_run=is_dry_run)
    approved, others = _in_cutover(invocation, options.policy)
    if options.applications_together:
        approved = by_application(approved)
    server_ids = rotated([server.id for server in approved], invocation.clock.now())
    results = finalize_approved(server_ids, invocation, options)
    if late := sum(map(is_late, results.values())):
        logger.warning("Sweep ran out of time", remaining=late)
    waiting = [server for server in approved if results[server.id].cause]
    measure_waiting(_longest_wait(waiting, options.policy, invocation.clock.now()))
    return document(_report([*results.values(), *others], _audited(invocation, act_until)))


def _is_dry_run(event: Mapping[str, Any]) -> bool:
    if unknown := event.keys() - {"action", "dryRun"}:
        raise InvalidRequestError(f"A sweep has no field {shown(min(map(str, unknown)))}; allowed: action and dryRun.")
    is_dry_run = event.get("dryRun", False)
    if not isinstance(is_dry_run, bool):
        raise InvalidRequestError(f"dryRun is {shown(is_dry_run)}; allowed: true or false.")
    return is_dry_run


def _finalize_until(act_until: datetime, now: datetime) -> datetime:
    """Return the latest time to start a write that leaves time for the audit before *act_until*."""
    return act_until - min(FOR_AUDIT, (act_until - now) * MOST_FOR_AUDIT)


def _in_cutover(invocation: Invocation, policy: ReadinessPolicy) -> tuple[list[SourceServer], list[Result]]:
    """Return the approved servers, oldest launch first, and the results of the others, which are not read further."""
    try:
        found = invocation.services(None).mgn.in_state(CUTTING_OVER)
    except CutoverError as error:
        measure_refusal(error)
        raise
    if found.unnamed:
        logger.error("Source servers could not be read", count=found.unnamed)
    # Without MGN's responses, which need most of the memory and are read again.
    servers = sorted((replace(server, document={}) for server in found.items.values()), key=launched_at)
    deviations = {server.id: policy.approval_deviation(server) for server in servers}
    approved = [server for server in servers if not deviations[server.id]]
    others = [skipped(server, deviations[server.id]) for server in servers if deviations[server.id]]
    for result in others:
        measure_result(result)
    unreadable = [failed(server_id, error) for server_id, error in found.errors.items()]
    Publisher(late_too=False).publish(unreadable)
    return approved, others + unreadable


def _longest_wait(waiting: Collection[SourceServer], policy: ReadinessPolicy, now: datetime) -> int:
    """Return for how many minutes the oldest of *waiting* has waited; 0 if none waits."""
    times = [since for server in waiting if (since := waiting_since(server, policy))]
    return max(0, int((now - min(times)) / timedelta(minutes=1))) if times else 0


def _audited(invocation: Invocation, act_until: datetime) -> SweepAuditReport | None:
    if invocation.clock.now() >= act_until:
        return None
    try:
        return _audit_of_recent(invocation)
    except CutoverError as error:
        # Raising it would lose the report on finalized servers; the next sweep audits the same servers.
        logger.warning("Finalized cutovers not audited", reason=str(error), code=error.code)
        measure_refusal(error)
        return None


def _audit_of_recent(invocation: Invocation) -> SweepAuditReport:
    now, services = invocation.clock.now(), invocation.services(None)
    # Archived servers too: their leftovers cost as much.
    finalized = services.mgn.in_state(CUTOVER, archived_too=True)
    recent = [s.id for s in finalized.items.values() if s.finalized_at and s.finalized_at >= now - AUDITED_FOR]
    reports = audit(recent, services=services, staging=invocation.staging(None)) if recent else ()
    for report in reports:
        record_audit(report)
    fleet = fleet_audit_report(reports)
    severe = sorted(fleet.servers, key=lambda report: -SEVERITY.index(report.outcome))
    servers, not_listed = _listed([report for report in severe if report.outcome not in CALM])
    return SweepAuditReport(**{**_fields(fleet), "servers": servers}, not_listed=not_listed)


def _report(results: Collection[Result], audited: SweepAuditReport | None) -> SweepReport:
    fleet = summary(results)
    found = [
        report for report in fleet.servers if report.changed or report.outcome in set(LISTED) - {Outcome.FINALIZED}
    ]
    servers, not_listed = _listed(sorted(found, key=lambda report: LISTED.index(report.outcome)))
    return SweepReport(**{**_fields(fleet), "servers": servers}, not_listed=not_listed, audit=audited)


def _listed(reports: Sequence[T]) -> tuple[tuple[T, ...], int]:
    """Return the first *reports*, as far as they fit, and the number of the others."""
    sizes = itertools.accumulate(len(msgspec.json.encode(report)) for report in reports[:MOST_LISTED])
    fitting = sum(size <= MOST_BYTES for size in sizes)
    return tuple(reports[:fitting]), len(reports) - fitting


def _fields(report: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__struct_fields__}
