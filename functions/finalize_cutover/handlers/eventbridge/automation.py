"""The common part of event rule and sweep: only approved servers, no waiting, and published outcomes."""

import itertools
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from finalize_cutover.cutover.audit.report import AuditReport
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.report import Report
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.handlers.eventbridge.accounts import Account, shown_id
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.results import Publisher

AUDITED_FOR = timedelta(hours=24)
T = TypeVar("T", Report, AuditReport)


def finalize_approved(
    server_ids: Collection[str], invocation: Invocation, options: FinalizeOptions, account: Account = None
) -> dict[str, Result]:
    """
    Finalize those *server_ids* of *account* that carry the approval tag and are ready; return ``{ID: result}`` for all.

    It does not wait: a later sweep handles servers that are not ready, or were not started in time.

    Raises:
        EvidenceNotStoredError: A result, which is published, could not be stored in the evidence bucket.
    """
    account_id = shown_id(account, invocation)
    publisher = Publisher(None if options.dry_run else invocation.publisher(), late_too=False, account_id=account_id)

    def publish(results: Collection[Result]) -> None:
        publisher.publish([named(result, account_id) for result in results])

    try:
        found = finalize(server_ids, options=options, services=invocation.services(account), publish=publish)
    finally:
        # Lambda's retry publishes nothing about a cutover that is finalized.
        publisher.finish(invocation)
    return {server_id: named(result, account_id) for server_id, result in found.items()}


def named(result: Result, account_id: str | None) -> Result:
    """Return *result* with the account in its report, unless the ARN contains it; None names no account."""
    return replace(result, report=named_report(result.report, account_id))


def named_report(report: T, account_id: str | None) -> T:
    """Return *report* with its account, unless the ARN contains it; None names no account."""
    return report if account_id is None or report.arn else msgspec.structs.replace(report, account_id=account_id)


def recently_finalized(found: Found[SourceServer], now: datetime) -> list[SourceServer]:
    """Return those servers in *found* that were finalized in the last 24 hours."""
    return [s for s in found.items.values() if s.finalized_at and s.finalized_at >= now - AUDITED_FOR]


def launched_at(server: SourceServer) -> datetime:
    """Return when the cutover launch was requested; the end of time if that is unknown."""
    initiated_at = server.last_cutover.initiated_at if server.last_cutover else None
    return initiated_at or datetime.max.replace(tzinfo=UTC)


def by_application(servers: Collection[SourceServer]) -> list[SourceServer]:
    """Return *servers* with those of an application next to each other, so that few batches have parts of one."""
    applications: dict[str, list[SourceServer]] = {}
    for server in servers:
        applications.setdefault(server.application_id or server.id, []).append(server)
    return list(itertools.chain.from_iterable(applications.values()))
