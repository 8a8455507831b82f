"""Create and Update, done or refused; ``handler.py`` sends the response."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec

from finalize_cutover.cutover.errors import CutoverError, InvalidRequestError
from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.finalize.options import FinalizeOptions
from finalize_cutover.cutover.finalize.result import Result
from finalize_cutover.cutover.finalize.stack_guard import StackGuard
from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.cutover.fleet_report import summary
from finalize_cutover.cutover.records.records import RequestedBy
from finalize_cutover.cutover.selection import select
from finalize_cutover.handlers.cloudformation.attributes import (
    attributes_of,
    fleet_attributes_of,
    fleet_sentence,
    sentence,
    unknown_attributes,
    with_hint,
)
from finalize_cutover.handlers.cloudformation.deadlines import check_awaited, was_run_before
from finalize_cutover.handlers.cloudformation.properties import (
    Properties,
    physical_id,
    read_properties,
    selected_physical_id,
)
from finalize_cutover.handlers.cloudformation.response_url import ResponseUrl
from finalize_cutover.handlers.groups import archived_after
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.options import options_for
from finalize_cutover.handlers.records import requested_by
from finalize_cutover.handlers.request import selection_of, shown
from finalize_cutover.handlers.results import Publisher
from finalize_cutover.observability.log import logger

# A rollback must not wait, but its response should have the same attributes as before.
LOOK_IN_A_ROLLBACK = timedelta(seconds=5)


class RefusedError(Exception):
    """
    The request was not fulfilled; the message is the reason in the stack events.

    Attributes:
        attributes: The attributes that are known anyway.

        causes: The errors behind it.
    """

    def __init__(self, reason: str, attributes: Mapping[str, str], causes: Collection[CutoverError]) -> None:
        super().__init__(reason)
        self.attributes = dict(attributes)
        self.causes = causes


def create_or_update(
    event: Mapping[str, Any], url: ResponseUrl, invocation: Invocation, window: WriteWindow
) -> tuple[str, dict[str, str]]:
    """
    Process the Create or Update *event*.

    An Update may be part of a rollback and have the old properties.  The request does not show this, so the stack
    status is read.  A rollback finalizes nothing and succeeds at once, whatever MGN does: a failure would leave the
    stack in UPDATE_ROLLBACK_FAILED.

    Args:
        event: CloudFormation's request.

        url: Its response URL, which contains the time when it was sent.

        invocation: The invocation; its deadline is that of the response.

        window: Closed when the response is sent.

    Returns:
        The physical ID and the attributes.

    Raises:
        RefusedError: Not every source server is finalized, or would be in a dry run.
    """
    is_update = event["RequestType"] == "Update"
    is_fresh = not was_run_before(url, invocation)
    guard = StackGuard(
        invocation.stack(event["StackId"]), clock=invocation.clock, is_fresh_create=is_fresh and not is_update
    )
    if is_update and guard.is_rolling_back():
        return _let_through(event, invocation)
    try:
        properties = read_properties(event)
        check_awaited(event, url, invocation)
        _check_stack(event["StackId"], invocation)
        options = options_for(
            properties, invocation, requested_by=_requested_by(event, invocation), guard=guard, window=window
        )
        return physical_id(properties), _attributes(properties, _results(properties, options, invocation))
    except (CutoverError, RefusedError) as error:
        refusal = error if isinstance(error, RefusedError) else _refused(error)
        # The first read of the status may have failed, or the rollback may have started since.
        if not (is_update and guard.is_rolling_back()):
            raise refusal from error
        logger.warning("Rollback accepted", reason=str(refusal))
        return _physical_id(event), refusal.attributes


def _requested_by(event: Mapping[str, Any], invocation: Invocation) -> RequestedBy:
    return requested_by(
        "cloudformation",
        invocation,
        stack_id=event["StackId"],
        logical_resource_id=event["LogicalResourceId"],
        event_id=event["RequestId"],
    )


def _check_stack(stack_id: str, invocation: Invocation) -> None:
    """Refuse a stack whose status the function cannot read, because it could not see a rollback."""
    _, _, service, region, account_id, *_ = [*stack_id.split(":"), *[""] * 5]
    if service == "cloudformation" and not invocation.is_own(account_id=account_id, region=region):
        raise InvalidRequestError(
            f"StackId is {shown(stack_id)}; allowed: a stack in the function's own account and Region, because its "
            "status must be read before a write. Deploy the stack there, and select the servers with AccountID."
        )


def _refused(error: CutoverError) -> RefusedError:
    return RefusedError(with_hint(str(error), error), unknown_attributes(), [error])


def _let_through(event: Mapping[str, Any], invocation: Invocation) -> tuple[str, dict[str, str]]:
    """Return the response to a rollback: the current attributes, if they can be read in a few seconds."""
    logger.warning("Rollback accepted")
    now = invocation.clock.now()
    quick = replace(invocation, ends_at=min(invocation.ends_at, now + LOOK_IN_A_ROLLBACK))
    try:
        properties = msgspec.structs.replace(read_properties(event), dry_run=True, wait_minutes=0)
        options = options_for(properties, quick, requested_by=_requested_by(event, quick))
        return _physical_id(event), _attributes(properties, _results(properties, options, quick))
    except RefusedError as refusal:
        return _physical_id(event), refusal.attributes
    except CutoverError:
        return _physical_id(event), unknown_attributes()


def _physical_id(event: Mapping[str, Any]) -> str:
    return selected_physical_id(event) or str(event.get("PhysicalResourceId") or "")


def _results(properties: Properties, options: FinalizeOptions, invocation: Invocation) -> list[Result]:
    services = invocation.services(properties.account_id)
    selected = select(selection_of(properties), services, wait_until=options.wait_until)
    found = finalize(
        selected.server_ids, options=options, services=services, known=selected.known, publish=Publisher().publish
    )
    results = list(found.values())
    archived_after(results, options, services)  # what goes wrong here is in the log, and fails no stack
    return results


def _attributes(properties: Properties, results: list[Result]) -> dict[str, str]:
    if properties.source_server_id:
        report, cause = results[0].report, results[0].cause
        if cause:
            raise RefusedError(sentence(report.source_server_id, cause), attributes_of(report), [cause])
        return attributes_of(report)
    attributes = fleet_attributes_of(summary(results))
    if causes := [result.cause for result in results if result.cause]:
        raise RefusedError(fleet_sentence(results, len(results)), attributes, causes)
    return attributes
