"""What a Create or an Update asks for, done or refused; how it is answered is another room's matter."""

from collections.abc import Collection, Mapping
from typing import Any

from finalize_cutover.cutover.errors import CutoverError, OutOfTimeError, WithdrawnError
from finalize_cutover.cutover.finalize import finalize
from finalize_cutover.cutover.fleet_report import summary
from finalize_cutover.cutover.result import Result
from finalize_cutover.cutover.selection import select
from finalize_cutover.doors.attributes import (
    attributes_of,
    fleet_attributes_of,
    fleet_sentence,
    sentence,
    unknown_attributes,
)
from finalize_cutover.doors.call import Call, order_for
from finalize_cutover.doors.properties import Properties, physical_id, read_properties, selected_physical_id
from finalize_cutover.doors.request import selection_of
from finalize_cutover.doors.response_url import ResponseUrl
from finalize_cutover.doors.stack_clock import was_run_before
from finalize_cutover.log import logger, record


class RefusedError(Exception):
    """
    The request was not met; the message is the reason in the stack events.

    Attributes:
        attributes: What can be said all the same.

        causes: The errors behind it.
    """

    def __init__(self, reason: str, attributes: Mapping[str, str], causes: Collection[CutoverError]) -> None:
        super().__init__(reason)
        self.attributes = dict(attributes)
        self.causes = causes


def meet(event: Mapping[str, Any], url: ResponseUrl, call: Call) -> tuple[str, dict[str, str]]:
    """
    Do what the Create or Update *event* asks for.

    An Update may be a rollback's, with the old properties; nothing in it tells.  It finalizes nothing, and is met
    whatever it finds: refused, it would leave the stack in UPDATE_ROLLBACK_FAILED.

    Args:
        event: CloudFormation's request.

        url: Its response URL, which tells when it was sent.

        call: The invocation; its deadline is when the answer must leave.

    Returns:
        The physical ID and the attributes.

    Raises:
        RefusedError: Not every source server is finalized, or would be in a dry run.
    """
    try:
        return _meet(event, url, call)
    except RefusedError as refusal:
        if not _is_rollback(event, call, refusal):
            raise
        logger.warning("Rollback is let through", reason=str(refusal))
        return selected_physical_id(event) or str(event.get("PhysicalResourceId") or ""), refusal.attributes


def _meet(event: Mapping[str, Any], url: ResponseUrl, call: Call) -> tuple[str, dict[str, str]]:
    try:
        properties = read_properties(event)
        if call.seconds_left <= 0:
            raise OutOfTimeError("Nothing was done: too little was left of Lambda's time or of ServiceTimeout.")
        return physical_id(properties), _attributes(properties, _results(event, properties, url, call))
    except CutoverError as error:
        raise RefusedError(f"{error} {error.hint}", unknown_attributes(), [error]) from error


def _results(event: Mapping[str, Any], properties: Properties, url: ResponseUrl, call: Call) -> list[Result]:
    world = call.world(properties.account_id)
    selected = select(selection_of(properties), world.mgn)
    order = order_for(
        properties,
        call,
        mandate=call.mandate(event["StackId"]),
        has_waited=was_run_before(url, call),
    )
    results = list(finalize(selected.server_ids, order=order, world=world, known=selected.known).values())
    for result in results:
        record(result)
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


def _is_update(event: Mapping[str, Any]) -> bool:
    return bool(event["RequestType"] == "Update")


def _is_rollback(event: Mapping[str, Any], call: Call, refusal: RefusedError) -> bool:
    """Say whether *event* belongs to the rollback of an update; if CloudFormation does not tell, it does not."""
    if not _is_update(event):
        return False
    # If it has told just now, another answer may lag behind that.
    if told := [cause.code for cause in refusal.causes if isinstance(cause, WithdrawnError) and cause.is_known]:
        return any("ROLLBACK" in status for status in told)
    try:
        call.mandate(event["StackId"]).confirm()
    except WithdrawnError as error:
        return "ROLLBACK" in error.code
    return False
