"""
The handler for the event "MGN Source Server Launch Result".

A launch result is not an acceptance: the instance may not boot, or may have an
old snapshot.  The event therefore only starts a check; a later sweep handles
servers that are not ready.  EventBridge reads no response, so errors are raised:
Lambda retries, and the queue keeps the failed events.
https://docs.aws.amazon.com/mgn/latest/ug/eventbridge-events.html
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent

from finalize_cutover.cutover.errors import InvalidRequestError, NotReadyError
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.fleet_report import FleetReport, fleet_report
from finalize_cutover.cutover.report import Report, document
from finalize_cutover.handlers.eventbridge.accounts import Account, account_of_event, shown_id
from finalize_cutover.handlers.eventbridge.automation import finalize_approved
from finalize_cutover.handlers.eventbridge.automation_options import automation_options
from finalize_cutover.handlers.groups import archived_after, in_report
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.records import requested_by
from finalize_cutover.handlers.request import shown
from finalize_cutover.observability.log import logger

DETAIL_TYPE = "MGN Source Server Launch Result"
SUCCEEDED = "CUTOVER_LAUNCH_SUCCEEDED"
SERVER_ARN = re.compile(
    r"arn:[a-z-]{1,20}:mgn:(?P<region>[a-z0-9-]{1,30}):(?P<account>[0-9]{12}):source-server/(?P<id>s-[0-9a-zA-Z]{17})"
)
# Other senders than EventBridge can send anything.
EVENT_ID = re.compile("[0-9A-Za-z-]{1,64}")


def handle(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any] | None:
    """
    Finalize the source servers of *event* that are approved and ready.

    Returns:
        The report on one source server, or on several; None for any other event.

    Raises:
        InvalidRequestError: The event is malformed, or a source server is in another Region, or in an account that is
            neither the function's own nor a member account.

        CutoverError: The first error that prevented reading or finalizing a server; all servers were tried.
    """
    launch = EventBridgeEvent(dict(event))
    if launch.detail_type != DETAIL_TYPE or _state(launch) != SUCCEEDED:
        logger.info("Event ignored", detail_type=shown(launch.detail_type))
        return None
    servers = _servers(launch, invocation)
    account = _account(servers[0], invocation)
    server_ids = list(dict.fromkeys(server["id"] for server in servers))
    options = automation_options(
        invocation,
        act_until=invocation.act_until,
        requested_by=requested_by("launch-result", invocation, event_id=_id(launch)),
        account_id=account,
    )
    found = finalize_approved(server_ids, invocation, options, account)
    results = list(found.values())
    account_id = shown_id(account, invocation)
    archived = in_report(archived_after(results, options, invocation.services(account), account_id=account_id))
    _raise_first(results)
    report = _report([msgspec.structs.replace(result.report, source_server=msgspec.UNSET) for result in results])
    return document(msgspec.structs.replace(report, archived_groups=archived))


def _id(launch: EventBridgeEvent) -> str | None:
    event_id = launch.get("id")
    return event_id if isinstance(event_id, str) and EVENT_ID.fullmatch(event_id) else None


def _report(reports: list[Report]) -> Report | FleetReport:
    """Return the report without MGN's responses, which contain tags; Lambda may pass it to a destination."""
    return reports[0] if len(reports) == 1 else fleet_report(reports)


def _state(launch: EventBridgeEvent) -> str:
    detail = launch.get("detail")
    state = detail.get("state") if isinstance(detail, Mapping) else None
    if not isinstance(state, str):
        raise InvalidRequestError(f"detail.state is missing in the event; allowed: a result such as {SUCCEEDED}.")
    return _bare(state)


def _bare(value: str) -> str:
    return value.strip("*")  # MGN's documentation prints asterisks around the values


def _servers(launch: EventBridgeEvent, invocation: Invocation) -> list[re.Match[str]]:
    """Return the matches of SERVER_ARN, all of one account and of the function's Region."""
    resources = launch.get("resources")
    if not isinstance(resources, list) or not resources:
        raise InvalidRequestError("resources is empty in the event; allowed: a list of source server ARNs.")
    servers = [_server(arn) for arn in resources]
    for server in servers:
        is_of_event = all(_agrees(launch.get(name, server[name]), server[name]) for name in ("region", "account"))
        is_together = server["account"] == servers[0]["account"]
        if not (is_of_event and is_together and invocation.own_region in {None, server["region"]}):
            raise _refusal(server, invocation)
    return servers


def _server(arn: object) -> re.Match[str]:
    match = SERVER_ARN.fullmatch(_bare(arn)) if isinstance(arn, str) else None
    if match is None:
        raise InvalidRequestError(f"resources contains {shown(arn)}; allowed: ARNs of MGN source servers.")
    return match


def _account(server: re.Match[str], invocation: Invocation) -> Account:
    try:
        return account_of_event(server["account"], invocation)
    except LookupError:
        # A rule of any account that the event bus admits can forward its events here.
        raise _refusal(server, invocation) from None


def _refusal(server: re.Match[str], invocation: Invocation) -> InvalidRequestError:
    has_members = bool(invocation.settings.member_accounts)
    place = "Region, and of its own or a member account" if has_members else "own account and Region"
    return InvalidRequestError(
        f"resources contains {server[0]}; allowed: ARNs of the function's {place}, as in the event."
    )


def _agrees(given: object, wanted: str) -> bool:
    return isinstance(given, str) and _bare(given) == wanted


def _raise_first(results: list[Result]) -> None:
    for result in results:
        if result.cause and not isinstance(result.cause, NotReadyError):
            raise result.cause
