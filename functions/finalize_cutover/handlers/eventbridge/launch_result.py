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
from finalize_cutover.handlers.eventbridge.automation import finalize_approved
from finalize_cutover.handlers.eventbridge.automation_options import automation_options
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.request import shown
from finalize_cutover.observability.log import logger

DETAIL_TYPE = "MGN Source Server Launch Result"
SUCCEEDED = "CUTOVER_LAUNCH_SUCCEEDED"
SERVER_ARN = re.compile(
    r"arn:[a-z-]{1,20}:mgn:(?P<region>[a-z0-9-]{1,30}):(?P<account>[0-9]{12}):source-server/(?P<id>s-[0-9a-zA-Z]{17})"
)


def handle(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any] | None:
    """
    Finalize the source servers of *event* that are approved and ready.

    Returns:
        The report on one source server, or on several; None for any other event.

    Raises:
        InvalidRequestError: The event is malformed, or a source server is in another account or Region.

        CutoverError: The first error that prevented reading or finalizing a server; all servers were tried.
    """
    launch = EventBridgeEvent(dict(event))
    if launch.detail_type != DETAIL_TYPE or _state(launch) != SUCCEEDED:
        logger.info("Event ignored", detail_type=shown(launch.detail_type))
        return None
    server_ids = _server_ids(launch, invocation)
    found = finalize_approved(server_ids, invocation, automation_options(invocation, act_until=invocation.act_until))
    results = list(found.values())
    _raise_first(results)
    return document(
        _report([msgspec.structs.replace(result.report, source_server=msgspec.UNSET) for result in results])
    )


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


def _server_ids(launch: EventBridgeEvent, invocation: Invocation) -> list[str]:
    resources = launch.get("resources")
    if not isinstance(resources, list) or not resources:
        raise InvalidRequestError("resources is empty in the event; allowed: a list of source server ARNs.")
    return list(dict.fromkeys(_server_id(arn, launch, invocation) for arn in resources))


def _server_id(arn: object, launch: EventBridgeEvent, invocation: Invocation) -> str:
    match = SERVER_ARN.fullmatch(_bare(arn)) if isinstance(arn, str) else None
    if match is None:
        raise InvalidRequestError(f"resources contains {shown(arn)}; allowed: ARNs of MGN source servers.")
    is_of_event = all(_agrees(launch.get(name, match[name]), match[name]) for name in ("region", "account"))
    # A rule of another account can forward its events here.
    if not is_of_event or not invocation.is_own(account_id=match["account"], region=match["region"]):
        raise InvalidRequestError(
            f"resources contains {match[0]}; allowed: ARNs of the function's own account and Region, as in the event."
        )
    return match["id"]


def _agrees(given: object, wanted: str) -> bool:
    return isinstance(given, str) and _bare(given) == wanted


def _raise_first(results: list[Result]) -> None:
    for result in results:
        if result.cause and not isinstance(result.cause, NotReadyError):
            raise result.cause
