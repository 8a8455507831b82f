"""
The handler for the schedule: finalize servers that are ready, audit finalized servers.

MGN's events are best effort, and a server may become ready long after its
event.  The sweep relies on MGN's state alone.  So sweeps and events can overlap,
and the next sweep continues one that did not reach every server.

With member accounts, it does so in each account on its own (accounts.py): what
goes wrong in one account is in its part of the report, and stops no other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from finalize_cutover.cutover.audit.audit import audit
from finalize_cutover.cutover.audit.report import AuditReport
from finalize_cutover.cutover.errors import CutoverError, EvidenceNotStoredError, InvalidRequestError
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.finalize.result import Result, failed, skipped
from finalize_cutover.cutover.fleet_report import summary
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.readiness.waiting import waiting_since
from finalize_cutover.cutover.records.recorder import Recorder
from finalize_cutover.cutover.report import ArchivedGroups, document
from finalize_cutover.cutover.source_server import CUTOVER, CUTTING_OVER, SourceServer
from finalize_cutover.cutover.time_budget import reserved
from finalize_cutover.handlers.eventbridge import accounts
from finalize_cutover.handlers.eventbridge.accounts import Account
from finalize_cutover.handlers.eventbridge.automation import (
    by_application,
    finalize_approved,
    launched_at,
    named,
    named_report,
    recently_finalized,
)
from finalize_cutover.handlers.eventbridge.automation_options import automation_options
from finalize_cutover.handlers.eventbridge.order import rotated
from finalize_cutover.handlers.eventbridge.sweep_report import Swept, report_on_accounts, report_on_sweep
from finalize_cutover.handlers.groups import archived_after
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.records import requested_by
from finalize_cutover.handlers.request import shown
from finalize_cutover.handlers.results import Publisher, is_late
from finalize_cutover.observability.log import in_account, logger, record_audit
from finalize_cutover.observability.metrics import measure_refusal, measure_result, measure_waiting


def handle(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """
    Finalize every approved server that is ready, and audit those finalized in the last 24 hours.

    It begins with another server each time.  A failure of one server is in its report and does not affect the others;
    the next sweep tries it again.  The same holds for accounts.

    Raises:
        InvalidRequestError: *event* is malformed, automation is off and it is no dry run, or the deployment's member
            accounts are no accounts.

        CutoverError: MGN could not list the servers of any account, or the accounts of its global view; Lambda's
            retry, or the next sweep, tries again.
    """
    is_dry_run = _is_dry_run(event)
    if invocation.settings.is_automation_off and not is_dry_run:
        raise InvalidRequestError(
            "action is sweep, but FinalizeOnLaunch is DISABLED; allowed: a sweep with dryRun true, or ENABLED."
        )
    accounts.check(invocation.settings)
    # It refuses invalid parameters before any call.
    automation_options(invocation, act_until=invocation.act_until, requested_by=requested_by("sweep", invocation))
    try:
        members = accounts.member_accounts(invocation)
    except CutoverError as error:
        measure_refusal(error)
        # The function's own account does not depend on MGN's global view.
        sweep_account(invocation, None, is_dry_run=is_dry_run)
        raise
    if not members:
        return document(report_on_sweep(sweep_account(invocation, None, is_dry_run=is_dry_run)))
    return document(report_on_accounts(_sweep_all((None, *members), invocation, is_dry_run=is_dry_run)))


def sweep_account(invocation: Invocation, account: Account, *, is_dry_run: bool) -> Swept:
    """
    Sweep one account, in the time of *invocation*.

    Raises:
        CutoverError: MGN could not list its source servers.
    """
    account_id = accounts.shown_id(account, invocation)
    act_until = invocation.act_until
    # Servers that are not ready must not prevent the audit.
    finalize_until = act_until - reserved(act_until - invocation.clock.now())
    options = automation_options(
        invocation,
        act_until=finalize_until,
        requested_by=requested_by("sweep", invocation),
        is_dry_run=is_dry_run,
        account_id=account,
    )
    try:
        approved, others = _in_cutover(invocation, account, options.policy)
    except CutoverError as error:
        if not accounts.is_excused(account, error, invocation):
            measure_refusal(error, account_id)
        raise
    if options.applications_together:
        approved = by_application(approved)
    server_ids = rotated([server.id for server in approved], invocation.clock.now())
    results = finalize_approved(server_ids, invocation, options, account)
    if late := sum(map(is_late, results.values())):
        logger.warning("Sweep ran out of time", remaining=late, **in_account(account_id))
    waiting = [server for server in approved if results[server.id].cause]
    measure_waiting(_longest_wait(waiting, options.policy, invocation.clock.now()), account_id)
    archived = _archived(results.values(), invocation, account, options)
    audits = _audited(invocation, account, act_until, options.recorder)
    return Swept(results=[*results.values(), *others], archived=archived, audits=audits)


def _archived(
    results: Collection[Result], invocation: Invocation, account: Account, options: FinalizeOptions
) -> ArchivedGroups | msgspec.UnsetType:
    """
    Archive applications and waves of the approved servers that were finalized now or in the last 24 hours.

    An earlier sweep, or an event, may have finalized the last server of an application without archiving it: too little
    time was left, MGN refused it, or MGN's reads were older than the archiving.
    """
    if not options.archives_groups or options.dry_run:
        return msgspec.UNSET
    account_id, services = accounts.shown_id(account, invocation), invocation.services(account)
    recent = list[SourceServer]()
    if invocation.clock.now() < options.act_until:
        try:
            finalized = services.mgn.in_state(CUTOVER, archived_too=True)
            recent = recently_finalized(finalized, invocation.clock.now())
        except CutoverError as error:
            # The servers that were finalized now do not depend on it, and the next sweep reads the others.
            facts = in_account(account_id) | {"reason": str(error), "code": error.code}
            logger.warning("Finalized cutovers not read", **facts)
    approved = [server for server in recent if not options.policy.approval_deviation(server)]
    return archived_after(results, options, services, others=approved, account_id=account_id)


def _sweep_all(of: Sequence[Account], invocation: Invocation, *, is_dry_run: bool) -> dict[str | None, Swept]:
    """Return ``{account ID: what was done}``; raise only if no account could be swept."""

    def sweep(account: Account, turn: Invocation) -> Swept:
        try:
            swept = sweep_account(turn, account, is_dry_run=is_dry_run)
        except CutoverError as error:
            swept = Swept(error=error)
        _log(accounts.shown_id(account, invocation), swept)
        return swept

    found = accounts.in_each(of, invocation, sweep)
    errors = [swept.error for swept in found.values() if swept.error]
    if len(errors) == len(found):
        # A cutover was finalized without its record; whoever reads only this error must learn that first.
        raise next((error for error in errors if isinstance(error, EvidenceNotStoredError)), errors[0])
    return {accounts.shown_id(account, invocation): swept for account, swept in found.items()}


def _log(account_id: str | None, swept: Swept) -> None:
    """Log one line about an account: the number of each outcome, or why it could not be swept."""
    if swept.error:
        facts = in_account(account_id) | {"reason": str(swept.error), "code": swept.error.code}
        logger.warning("Account not swept", **facts)
    else:
        fleet = summary(swept.results)
        facts = in_account(account_id) | {"counts": fleet.counts, "remaining": len(fleet.remaining)}
        logger.info("Account swept", **facts)


def _is_dry_run(event: Mapping[str, Any]) -> bool:
    if unknown := event.keys() - {"action", "dryRun"}:
        raise InvalidRequestError(f"A sweep has no field {shown(min(map(str, unknown)))}; allowed: action and dryRun.")
    is_dry_run = event.get("dryRun", False)
    if not isinstance(is_dry_run, bool):
        raise InvalidRequestError(f"dryRun is {shown(is_dry_run)}; allowed: true or false.")
    return is_dry_run


def _in_cutover(
    invocation: Invocation, account: Account, policy: ReadinessPolicy
) -> tuple[list[SourceServer], list[Result]]:
    """Return the approved servers, oldest launch first, and the results of the others, which are not read further."""
    account_id = accounts.shown_id(account, invocation)
    found = invocation.services(account).mgn.in_state(CUTTING_OVER)
    if found.unnamed:
        logger.error("Source servers could not be read", count=found.unnamed, **in_account(account_id))
    # Without MGN's responses, which need most of the memory and are read again.
    servers = sorted((replace(server, document={}) for server in found.items.values()), key=launched_at)
    deviations = {server.id: policy.approval_deviation(server) for server in servers}
    approved = [server for server in servers if not deviations[server.id]]
    others = [skipped(server, deviations[server.id]) for server in servers if deviations[server.id]]
    for result in others:
        measure_result(result, account_id)
    unreadable = [named(failed(server_id, error), account_id) for server_id, error in found.errors.items()]
    Publisher(late_too=False, account_id=account_id).publish(unreadable)
    return approved, others + unreadable


def _longest_wait(waiting: Collection[SourceServer], policy: ReadinessPolicy, now: datetime) -> int:
    """Return for how many minutes the oldest of *waiting* has waited; 0 if none waits."""
    times = [since for server in waiting if (since := waiting_since(server, policy))]
    return max(0, int((now - min(times)) / timedelta(minutes=1))) if times else 0


def _audited(
    invocation: Invocation, account: Account, act_until: datetime, recorder: Recorder | None
) -> list[AuditReport] | None:
    if invocation.clock.now() >= act_until:
        return None
    account_id = accounts.shown_id(account, invocation)
    try:
        reports = _audit_of_recent(invocation, account)
    except CutoverError as error:
        # Raising it would lose the report on finalized servers; the next sweep audits the same servers.
        facts = in_account(account_id) | {"reason": str(error), "code": error.code}
        logger.warning("Finalized cutovers not audited", **facts)
        measure_refusal(error, account_id)
        return None
    for report in reports:
        record_audit(report, account_id)
    if recorder:
        _store(reports, recorder, account_id)
    return [named_report(report, account_id) for report in reports]


def _store(reports: Collection[AuditReport], recorder: Recorder, account_id: str | None) -> None:
    """Store the audit in the evidence bucket; the next sweep tries again what failed."""
    try:
        recorder.record_audits(reports, is_repeated=True)
    except CutoverError as error:
        logger.error("Audit not stored", **in_account(account_id), reason=str(error), code=error.code)
        measure_refusal(error, account_id)


def _audit_of_recent(invocation: Invocation, account: Account) -> Collection[AuditReport]:
    now, services = invocation.clock.now(), invocation.services(account)
    # Archived servers too: their leftovers cost as much.
    finalized = services.mgn.in_state(CUTOVER, archived_too=True)
    recent = [server.id for server in recently_finalized(finalized, now)]
    return audit(recent, services=services, staging=invocation.staging(account)) if recent else ()
