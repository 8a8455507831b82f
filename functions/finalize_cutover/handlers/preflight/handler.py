"""
The handler for a preflight: says for each thing that the deployment needs whether it works.

It changes nothing: it reads, asks IAM's policy simulator, and invokes the validator function without source servers.
"""

import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from finalize_cutover.cutover.preflight.report import CheckName, PreflightReport, PreflightVerdict, Versions, report_of
from finalize_cutover.cutover.preflight.run import run
from finalize_cutover.cutover.report import camel_case, document
from finalize_cutover.handlers import fields
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.request import converted
from finalize_cutover.observability.log import logger
from finalize_cutover.version import VERSION

from .checks import checks_of
from .scope import Scope

T = TypeVar("T")

# Each check ends within this time; what several of them need, within half of it.
LIMIT = timedelta(seconds=30)
# There can be hundreds of member accounts.
MEMBERS_LIMIT = timedelta(seconds=120)
# One for each check, and for each read that several of them need.
THREADS = len(CheckName) + 5


class PreflightRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=camel_case):
    """A preflight, optionally also of a member account, or of a source server."""

    action: Annotated[Literal["preflight"], msgspec.Meta(description="preflight")]
    account_id: fields.AccountID = None
    source_server_id: fields.SourceServerID = None


def handle(event: object, invocation: Invocation) -> dict[str, Any]:
    """
    Return the report of a preflight.

    Raises:
        InvalidRequestError: *event* is malformed; nothing was called.
    """
    request = converted(event, PreflightRequest, strict=True, member="field of a preflight")
    with ThreadPoolExecutor(THREADS, thread_name_prefix="preflight") as pool:
        checks = checks_of(_scope(request, invocation, pool))
        found = run(checks, pool)
    report = report_of(found, _versions(invocation))
    _log(report)
    return document(report)


def _scope(request: PreflightRequest, invocation: Invocation, pool: ThreadPoolExecutor) -> Scope:
    def shared(read: Callable[[], T]) -> Callable[[], T]:
        return pool.submit(read).result

    account_id = request.account_id
    if account_id == invocation.own_account_id and invocation.settings.member_role_name is None:
        account_id = None  # the function acts there with its own role
    return Scope(
        account_id=account_id,
        source_server_id=request.source_server_id,
        invocation=_within(LIMIT, invocation),
        for_shared=_within(LIMIT / 2, invocation),
        for_members=_within(MEMBERS_LIMIT, invocation),
        shared=shared,
    )


def _within(limit: timedelta, invocation: Invocation) -> Invocation:
    return replace(invocation, ends_at=min(invocation.ends_at, invocation.clock.now() + limit))


def _versions(invocation: Invocation) -> Versions:
    return Versions(
        function=VERSION,
        lambda_function=getattr(invocation.context, "function_version", None),
        botocore=invocation.preflight(None).sdk_version(),
        python=platform.python_version(),
    )


def _log(report: PreflightReport) -> None:
    open_checks = [check.check.value for check in report.checks if check.verdict != PreflightVerdict.PASS]
    counts = {verdict.value: count for verdict, count in report.counts.items()}
    logger.info("Preflight made", outcome=report.outcome.value, counts=counts, not_passed=open_checks)
