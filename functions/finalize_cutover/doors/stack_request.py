"""What a Create or an Update asks for, done or refused; how it is answered is another room's matter."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from finalize_cutover.cutover.errors import CutoverError, OutOfTimeError
from finalize_cutover.cutover.finalize import finalize
from finalize_cutover.cutover.fleet_report import summary
from finalize_cutover.cutover.result import Result
from finalize_cutover.cutover.selection import select
from finalize_cutover.doors.attributes import attributes_of, fleet_attributes_of, fleet_sentence, sentence
from finalize_cutover.doors.call import Call, order_for
from finalize_cutover.doors.properties import Properties, physical_id, read_properties
from finalize_cutover.doors.request import selection_of
from finalize_cutover.doors.response_url import ResponseUrl
from finalize_cutover.log import record

# Lambda runs a request again a minute or two after it crashed; by then the stack may have given up on it.
RUN_AGAIN = timedelta(seconds=60)
# A response URL is valid for about two hours; what claims to be older tells nothing.
URL_VALIDITY = timedelta(hours=2)


class RefusedError(Exception):
    """The request was not met; the message is the reason in the stack events."""


def meet(event: Mapping[str, Any], url: ResponseUrl, call: Call) -> tuple[str, dict[str, str]]:
    """
    Do what the Create or Update *event* asks for.

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
    except CutoverError as error:
        raise RefusedError(f"{error} {error.hint}") from error


def _meet(event: Mapping[str, Any], url: ResponseUrl, call: Call) -> tuple[str, dict[str, str]]:
    properties = read_properties(event)
    if call.seconds_left <= 0:
        raise OutOfTimeError("Nothing was done: too little time was left to do it safely.")
    world = call.world(properties.account_id)
    selected = select(selection_of(properties), world.mgn)
    mandate = call.mandate(event["StackId"])
    order = order_for(properties, call, mandate=mandate, has_waited=_was_run_before(url, call))
    results = list(finalize(selected.server_ids, order=order, world=world, known=selected.known).values())
    for result in results:
        record(result)
    return physical_id(properties), _attributes(properties, results)


def _attributes(properties: Properties, results: list[Result]) -> dict[str, str]:
    if properties.source_server_id:
        report, cause = results[0].report, results[0].cause
        if cause:
            raise RefusedError(sentence(report.source_server_id, cause))
        return attributes_of(report)
    if any(result.cause for result in results):
        raise RefusedError(fleet_sentence(results, len(results)))
    return fleet_attributes_of(summary(results))


def _was_run_before(url: ResponseUrl, call: Call) -> bool:
    return url.signed_at is not None and RUN_AGAIN < call.clock.now() - url.signed_at < URL_VALIDITY
