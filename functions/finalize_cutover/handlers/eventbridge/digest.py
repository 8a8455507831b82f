"""
The handler for the daily digest: says what was finalized, what waits and why, and what it costs.

It only reads, also while automation is off: source servers are judged as in a sweep's dry run, but nothing is counted
or published as a result of automation.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from finalize_cutover.cutover.audit.audit import audit
from finalize_cutover.cutover.audit.report import AuditReport
from finalize_cutover.cutover.digest.digest import FREE_HOURS, digest_of, merged
from finalize_cutover.cutover.digest.facts import AccountFacts, Digest, DigestOptions
from finalize_cutover.cutover.digest.message import message, report_on
from finalize_cutover.cutover.digest.report import DigestReport
from finalize_cutover.cutover.errors import CutoverError, InvalidRequestError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.finalize.result import Result, failed, skipped
from finalize_cutover.cutover.ports import Found, Services
from finalize_cutover.cutover.readiness.policy import keys_like
from finalize_cutover.cutover.report import document
from finalize_cutover.cutover.source_server import CUTOVER, CUTTING_OVER, SourceServer
from finalize_cutover.cutover.time_budget import reserved
from finalize_cutover.handlers.eventbridge import accounts
from finalize_cutover.handlers.eventbridge.accounts import Account
from finalize_cutover.handlers.eventbridge.automation import by_application, launched_at, recently_finalized
from finalize_cutover.handlers.eventbridge.automation_options import automation_options
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.records import requested_by
from finalize_cutover.handlers.request import shown
from finalize_cutover.observability.log import logger
from finalize_cutover.observability.metrics import measure_refusal
from finalize_cutover.settings import Settings

TOPIC_ARN = re.compile(r"arn:[a-z-]+:sns:(?P<region>[a-z0-9-]+):[0-9]{12}:[a-zA-Z0-9_-]{1,256}")


def handle(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """
    Return the digest; with a topic, also publish it there.

    Raises:
        InvalidRequestError: *event* or a setting of the deployment is invalid; nothing was called.

        CutoverError: MGN could not list the source servers, or SNS did not accept the message; Lambda's retry makes a
            new digest.
    """
    if unknown := event.keys() - {"action"}:
        raise InvalidRequestError(f"A digest has no field {shown(min(map(str, unknown)))}; allowed: action.")
    check_topic(invocation.settings)
    accounts.check(invocation.settings)
    options = DigestOptions(
        warn_free_hours=warn_free_hours_of(invocation.settings), is_automation_off=invocation.settings.is_automation_off
    )
    try:
        report = _published(_digest(options, _until_publishing(invocation)), invocation)
    except InvalidRequestError:
        raise  # counted by the caller
    except CutoverError as error:
        measure_refusal(error)
        raise
    counts = {name.value: found.total for name, found in report.lists.items()}
    logger.info("Digest made", in_cutover=report.in_cutover, counts=counts, message_id=report.message_id)
    return document(report)


def check_topic(settings: Settings) -> None:
    """Raise InvalidRequestError if the deployment's topic is no topic of the function's Region."""
    if not settings.digest_topic:
        return
    found = TOPIC_ARN.fullmatch(settings.digest_topic)
    if found is None or (settings.region and found["region"] != settings.region):
        raise InvalidRequestError(
            f"DigestTopicArn is {shown(settings.digest_topic)}; allowed: the ARN of a standard SNS topic in the "
            f"function's Region {settings.region}, or nothing."
        )


def warn_free_hours_of(settings: Settings) -> int:
    """Return the deployment's WarnFreeHoursLeft; raise InvalidRequestError if it is no number of hours."""
    text = settings.warn_free_hours_left
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > FREE_HOURS:
        raise InvalidRequestError(
            f"WarnFreeHoursLeft is {shown(text)}; allowed: a number of hours from 0 to {FREE_HOURS}."
        )
    return int(text)


def _digest(options: DigestOptions, invocation: Invocation) -> Digest:
    """Return the digest of all accounts of automation; raise only if none could be read."""
    try:
        members = accounts.member_accounts(invocation)
    except CutoverError as error:
        measure_refusal(error)
        own = _facts(None, invocation)
        return digest_of(replace(own, problems=(*own.problems, str(error))), options)
    if not members:
        return digest_of(_facts(None, invocation), options)
    errors: dict[Account, CutoverError] = {}

    def facts(account: Account, turn: Invocation) -> AccountFacts:
        try:
            return _facts(account, turn)
        except CutoverError as error:
            errors[account] = error
            return _unread(account, error, turn)

    found = accounts.in_each((None, *members), invocation, facts)
    if len(errors) == len(found):
        raise next(iter(errors.values()))
    return merged([digest_of(each, options) for each in found.values()])


def _unread(account: Account, error: CutoverError, invocation: Invocation) -> AccountFacts:
    """Return the facts about an account that could not be read: only why, if that needs a person."""
    account_id = accounts.shown_id(account, invocation)
    if accounts.is_excused(account, error, invocation):
        return AccountFacts(now=invocation.clock.now(), account_id=account_id)
    measure_refusal(error, account_id)
    return AccountFacts(now=invocation.clock.now(), account_id=account_id, problems=(f"It could not be read: {error}",))


def _until_publishing(invocation: Invocation) -> Invocation:
    """Return *invocation* with less time, so that some is left to send the message."""
    ends_at = invocation.ends_at
    return replace(invocation, ends_at=ends_at - reserved(ends_at - invocation.clock.now()))


def _published(digest: Digest, invocation: Invocation) -> DigestReport:
    report = report_on(digest, now=invocation.clock.now(), region=invocation.settings.region)
    topic = invocation.topic()
    if topic is None:
        return report
    return msgspec.structs.replace(report, message_id=topic.publish(report.subject, message(digest, report)))


def _facts(account_id: str | None, invocation: Invocation) -> AccountFacts:
    """Read everything about one account; None means the function's own."""
    options = automation_options(
        invocation,
        act_until=invocation.act_until,
        requested_by=requested_by("sweep", invocation),
        is_dry_run=True,
        account_id=account_id,
    )
    now, services = invocation.clock.now(), invocation.services(account_id)
    finalized, audits, problems = _finalized(account_id, invocation, now)
    # Last, because it can take all the time that is left.
    in_cutover = services.mgn.in_state(CUTTING_OVER)
    if in_cutover.unnamed:
        problems = (*problems, f"MGN returned {in_cutover.unnamed} unreadable source servers in cutover.")
    judged = _judged(in_cutover, options, services)
    return AccountFacts(
        now=now,
        account_id=accounts.shown_id(account_id, invocation),
        # Without MGN's responses, which need most of the memory.
        servers={server_id: replace(server, document={}) for server_id, server in in_cutover.items.items()},
        reports=[msgspec.structs.replace(result.report, source_server=msgspec.UNSET) for result in judged],
        finalized=finalized,
        audits=audits,
        problems=problems,
    )


def _finalized(
    account_id: str | None, invocation: Invocation, now: datetime
) -> tuple[list[SourceServer], tuple[AuditReport, ...], tuple[str, ...]]:
    """Return the source servers that were finalized in the last 24 hours, their audits, and what could not be read."""
    services = invocation.services(account_id)
    # Archived servers too: their leftovers cost as much.
    found = services.mgn.in_state(CUTOVER, archived_too=True)
    recent = [replace(server, document={}) for server in recently_finalized(found, now)]
    ids, unread = [server.id for server in recent], len(found.errors) + found.unnamed
    problems = (f"MGN returned {unread} unreadable source servers with a finalized cutover.",) if unread else ()
    audits: tuple[AuditReport, ...] = ()
    try:
        audits = audit(ids, services=services, staging=invocation.staging(account_id)) if ids else ()
    except CutoverError as error:
        # What waits is worth knowing without the audit, which the next sweep repeats.
        measure_refusal(error, accounts.shown_id(account_id, invocation))
        problems = (*problems, f"The finalized source servers could not be audited: {error}")
    return recent, audits, problems


def _judged(found: Found[SourceServer], options: FinalizeOptions, services: Services) -> list[Result]:
    """Judge the servers that are approved or on hold as automation does; write and publish nothing."""
    policy = options.policy
    servers = sorted(found.items.values(), key=launched_at)
    servers = by_application(servers) if options.applications_together else servers
    deviations = {server.id: policy.approval_deviation(server) for server in servers}
    others = {s.id: s for s in servers if deviations[s.id] and not keys_like(policy.hold_tag_key, s.tags)}
    judged = finalize([s.id for s in servers if s.id not in others], options=options, services=services)
    unapproved = [skipped(server, deviations[server_id]) for server_id, server in others.items()]
    return [*judged.values(), *unapproved, *(failed(server_id, error) for server_id, error in found.errors.items())]
