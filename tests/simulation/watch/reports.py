"""Checks that an invocation's result or error is true, and reports the outcome of each server."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from finalize_cutover.cutover.errors import (
    CutoverError,
    EvidenceNotStoredError,
    InvalidRequestError,
    OutOfTimeError,
)
from finalize_cutover.handlers.cloudformation.response import ResponseNotDeliveredError
from tests.simulation.aws.invocation import Invocation
from tests.simulation.aws.network import SLOWEST_SIGNATURE
from tests.simulation.watch import accounts, evidence
from tests.simulation.watch.acceptance import PASS, verdicts
from tests.simulation.watch.deliveries import was_kept_from_answering
from tests.simulation.watch.sends import ENDING
from tests.simulation.watch.sights import has_excuse, is_final_and_could_be_seen, others_have_obstacle
from tests.simulation.watch.table import broken_rules, is_approved

if TYPE_CHECKING:
    from tests.simulation.watch.watch import Watch

# How long throttled calls must be retried before they are a failure.
PATIENCE = 12  # seconds
THROTTLING = {"ThrottlingException", "RequestLimitExceeded"}
# What a request that may wait looks at again: every fault that time cures.
CURED_BY_TIME = re.compile(
    r"failed with \w+ \((409|429|5\d\d)\)|got no (readable )?response|not as AWS documents|unreadable"
)
# Time that a request reserves after its wait: for a write with its verification, and for one more look.
RESERVED = 31 + 10 + 5  # seconds
# How long an event is published again, unless so little time is left: for the next pause.
PUBLISHES_FOR, TOO_LITTLE = 30, 50  # seconds
# Maximum time from a response to its event.
A_MOMENT = 0.5  # seconds


def check(watch: "Watch", invocation: Invocation, result: Any, error: BaseException | None) -> None:
    """Check all invariants when *invocation* ends with *result* or *error*."""
    check_announced(watch, invocation)
    check_published(watch, invocation)
    if error:
        _check_error(watch, invocation, error)
    elif invocation.asked.request:
        watch.demand(invocation.record.answers, "unanswered", invocation, "ended without an answer")
    elif result is not None:
        told = result.get("servers", [result])
        _check_all(watch, invocation, told)
        remaining = {*result.get("remaining", ()), *(report["sourceServerID"] for report in told)}
        # Of an account whose list ended with an error, nothing is reported.
        failed = {part["accountID"] for part in result.get("accounts", ()) if part["error"]}
        meant = [id_ for id_ in invocation.meant if watch.mgn.servers[id_].account not in failed]
        evidence.check_results(watch, invocation, without=failed)
        missing = {id_ for id_ in meant if id_ not in remaining and not _is_only_counted(invocation, id_)}
        watch.demand(not missing, "left out", invocation, "says nothing of", missing)
        if invocation.asked.handler == "sweep":
            watch.counts["outcomes: sweep SKIPPED"] += result["counts"].get("SKIPPED", 0)
            accounts.check_report(watch, invocation, result)
        counted = sum(result["counts"].values()) if "counts" in result else len(told)
        at_least = len(meant) - len(result.get("remaining", ()))
        watch.demand(counted >= at_least, "left out", invocation, "counts", counted, "of", at_least)
    else:
        watch.demand(not invocation.asked.may_finalize, "left out", invocation, "ended without a word")


def _is_only_counted(invocation: Invocation, server_id: str) -> bool:
    """Return whether a sweep's report need not list the server: it is not approved, or was finalized before."""
    sight, listed = invocation.record.sights.get(server_id), invocation.record.as_listed.get(server_id)
    shown = [server for server in (sight and sight.server, listed) if server]
    is_unapproved = any(not is_approved(server, invocation.asked) for server in shown)
    return invocation.asked.handler == "sweep" and (is_unapproved or any(server.is_final for server in shown))


def _check_error(watch: "Watch", invocation: Invocation, error: BaseException) -> None:
    if isinstance(error, ResponseNotDeliveredError):
        watch.demand(was_kept_from_answering(invocation), "groundless error", invocation, repr(error))
        return
    watch.demand(isinstance(error, CutoverError), "defect", invocation, repr(error))
    if isinstance(error, InvalidRequestError):
        watch.demand(not invocation.asked.may_finalize, "groundless error", invocation, repr(error))
        return
    if isinstance(error, EvidenceNotStoredError):
        evidence.check_not_stored(watch, invocation, str(error))
        return
    if invocation.asked.handler != "sweep" or len(watch.accounts) == 1:
        evidence.check_results(watch, invocation)
    is_excused = isinstance(error, OutOfTimeError) or _is_excused(watch, invocation)
    watch.demand(is_excused, "groundless error", invocation, repr(error))
    check_waited(watch, invocation, str(error))


def _is_excused(watch: "Watch", invocation: Invocation) -> bool:
    """Return whether there was an obstacle for all servers of *invocation*, or for the single server of an error."""
    record = invocation.record
    if invocation.asked.handler == "sweep":
        # A failure for one server is reported; an error is raised only if the servers cannot be listed or audited.
        if len(watch.accounts) > 1:
            return any(fault.about is None and fault.account is None for fault in record.faults) or all(
                accounts.could_not_be_listed(invocation, account.id) for account in watch.accounts
            )
        return any(record.is_auditing or fault.about is None for fault in record.faults)
    excuses = [has_excuse(watch, invocation, server_id) for server_id in invocation.meant]
    if invocation.asked.handler == "launch_result":
        return any(excuses)
    return all(excuses)


def _check_all(watch: "Watch", invocation: Invocation, told: Iterable[dict[str, Any]]) -> None:
    for report in told:
        outcome, server_id = report["outcome"], report["sourceServerID"]
        watch.counts[f"outcomes: {invocation.asked.handler} {outcome}"] += 1
        is_true = _is_true(watch, invocation, outcome, server_id)
        watch.demand(is_true, "untrue report", invocation, outcome, server_id, watch.mgn.servers[server_id])
        must_raise = invocation.asked.handler == "launch_result" and outcome in {"FAILED", "NOT_FOUND"}
        watch.demand(not must_raise, "swallowed", invocation, report)
        sends = [send for send in invocation.record.sends if send.server_id == server_id]
        # A lost response has priority over later throttling in the report.
        is_about_write = outcome == "FAILED" and report["error"]["code"] in THROTTLING
        is_about_write = is_about_write and "mgn:FinalizeCutover" in report["error"]["message"]
        if is_about_write and sends and sends[-1].is_throttled:
            check_patience(watch, invocation)
        if outcome == "FAILED":
            check_waited(watch, invocation, report["error"]["message"])
        _check_findings(watch, invocation, report)
        if outcome == "FINALIZED" and invocation.asked.may_finalize:
            evidence.check_final(watch, invocation, watch.mgn.servers[server_id])
        if report["changed"]:
            evidence.check_result(watch, invocation, server_id)
            may_have = any(not send.is_refused for send in sends)
            watch.demand(may_have, "untrue report", invocation, "claims to have finalized", server_id)
        elif sends and sends[-1].is_success:
            watch.demand(False, "untrue report", invocation, "denies having finalized", server_id)


def _check_findings(watch: "Watch", invocation: Invocation, report: dict[str, Any]) -> None:
    """Check that what the report says about the optional rules is what the invocation read last."""
    sight, asked = invocation.record.sights.get(report["sourceServerID"]), invocation.asked
    found = {finding["rule"]: finding["verdict"] for finding in report["readiness"]}
    for rule in (asked.rules | {"group", "application"}) & found.keys():
        watch.counts[f"findings: {rule} {found[rule]}"] += 1
    is_unclear = sight is None or sight.server.is_final or any(f.at >= sight.seen_at for f in invocation.record.faults)
    if is_unclear or report["outcome"] in {"FINALIZED", "FAILED", "NOT_FOUND"}:
        return
    assert sight is not None
    then, now = (verdicts(sight, asked, at) for at in (sight.seen_at, watch.machine.now))
    for rule in asked.rules:
        # Of many servers, only those that pass all other rules are asked for it.
        if rule == "termination-protection" and rule not in sight.accepted:
            continue
        # In a list, a check that passed is only counted.
        said, true = found.get(rule, PASS), {then[rule], now[rule]}
        true = {"WAIVED" if rule in asked.waived and verdict != PASS else verdict for verdict in true}
        watch.demand(said in true, "untrue finding", invocation, rule, said, "instead of", true, sight)
    if found.keys() & {"group", "application"}:
        is_asked = asked.all_or_nothing if "group" in found else asked.applications_together
        is_true = is_asked and others_have_obstacle(watch, invocation, sight.server.id)
        watch.demand(is_true, "untrue finding", invocation, report)


def check_patience(watch: "Watch", invocation: Invocation) -> None:
    """Check that a throttled write was retried for long enough before it is reported as failed."""
    since = min(send.began_at for send in invocation.record.sends if send.is_throttled)
    # The function measures from before it signs the write.
    signing = SLOWEST_SIGNATURE if any(f.kind == "slow signature" for f in invocation.record.faults) else 0
    seconds = watch.machine.now - since + signing
    watch.demand(seconds >= PATIENCE, "gave up soon", invocation, f"after {seconds:.3f} s of throttling")


def check_waited(watch: "Watch", invocation: Invocation, reason: str) -> None:
    """Check that a request that may wait did not end early because of a fault that time cures."""
    request = invocation.asked.request
    ends_at = min(invocation.ends_at, request.gives_up_at) if request else invocation.ends_at
    may_wait_until = min(invocation.began_at + invocation.asked.wait_minutes * 60, ends_at - RESERVED)
    is_early = watch.machine.now < may_wait_until and CURED_BY_TIME.search(reason)
    if invocation.asked.all_or_nothing and any(_cannot_pass(watch, invocation, id_) for id_ in invocation.meant):
        return  # the others need not wait
    watch.demand(not is_early, "gave up early", invocation, reason)


def _cannot_pass(watch: "Watch", invocation: Invocation, server_id: str) -> bool:
    sends = [send for send in invocation.record.sends if send.server_id == server_id]
    if sends and sends[-1].is_refused and not sends[-1].is_throttled:
        return True  # time does not give a permission
    sight = invocation.record.sights.get(server_id)
    if sight is None or not watch.mgn.servers[server_id].exists:
        return True
    return not sight.server.is_final and bool(broken_rules(sight, invocation.asked, sight.seen_at))


def check_announced(watch: "Watch", invocation: Invocation) -> None:
    """Check that automation published an event about each cutover that it finalized, soon after it knew."""
    # A result is complete, and published, only after the server was archived, which can take as long as another write.
    if not invocation.asked.needs_approval or invocation.asked.may_archive:
        return
    until = min(watch.machine.now, invocation.ends_at - ENDING) - A_MOMENT
    for send in invocation.record.sends:
        if send.is_success and send.ended_at is not None and send.ended_at <= until:
            is_told = send.server_id in invocation.record.announced
            watch.demand(is_told, "not announced", invocation, "finalized", send.server_id)


def check_published(watch: "Watch", invocation: Invocation) -> None:
    """Check that automation tried again, for as long as there was time, to publish what the bus did not accept."""
    record = invocation.record
    unpublished = {send.server_id for send in record.sends if send.is_success} & record.announced - record.published
    if unpublished and invocation.ends_at - watch.machine.now >= TOO_LITTLE:
        seconds = record.announced_at[-1] - record.announced_at[0]
        watch.demand(seconds >= PUBLISHES_FOR, "gave up publishing soon", invocation, unpublished, f"{seconds:.3f} s")


def _is_true(watch: "Watch", invocation: Invocation, outcome: str, server_id: str) -> bool:
    sight, asked = invocation.record.sights.get(server_id), invocation.asked
    truth = watch.mgn.servers[server_id]
    if outcome == "FAILED":
        is_lie = is_final_and_could_be_seen(watch, invocation, server_id)
        return has_excuse(watch, invocation, server_id) and not is_lie
    if sight is None:
        return outcome == "NOT_FOUND"
    broken = broken_rules(sight, asked, watch.machine.now)
    # An interrupted read has no effect: the earlier result stays valid.
    has_failed = any(fault.at >= sight.seen_at for fault in invocation.record.faults)
    was_unready = has_failed or bool(broken_rules(sight, asked, sight.seen_at))
    was_unready |= others_have_obstacle(watch, invocation, server_id)
    return {
        "NOT_FOUND": not truth.exists,
        "FINALIZED": truth.is_final,
        "WOULD_FINALIZE": not broken and not asked.may_finalize,
        "SKIPPED": "approval" in broken and asked.needs_approval,
        # A page that shows it as finalized does not count if the next page could not be read.
        "NOT_READY": was_unready and not is_final_and_could_be_seen(watch, invocation, server_id),
        "BLOCKED": was_unready and not is_final_and_could_be_seen(watch, invocation, server_id),
    }[outcome]
