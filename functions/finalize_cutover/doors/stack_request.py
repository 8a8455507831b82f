"""What a Create or an Update asks for, done or refused; how it is answered is another room's matter."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from finalize_cutover.cutover.errors import CutoverError, InvalidRequestError, OutOfTimeError
from finalize_cutover.cutover.finalize import finalize
from finalize_cutover.cutover.fleet import fleet_report
from finalize_cutover.cutover.result import Result
from finalize_cutover.doors.attributes import attributes_of, fleet_attributes_of, fleet_sentence, sentence
from finalize_cutover.doors.call import Call, order_for
from finalize_cutover.doors.properties import Properties, physical_id, read_properties
from finalize_cutover.doors.response_url import ResponseUrl
from finalize_cutover.log import log_result

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
        properties = read_properties(event)
        server_ids = _selected(properties)
        if call.seconds_left <= 0:
            raise OutOfTimeError("Nothing was done: too little time was left to do it safely.")
    except CutoverError as error:
        raise RefusedError(f"{error} {error.hint}") from error
    order = order_for(properties, call, mandate=call.mandate(event["StackId"]), has_waited=_was_run_before(url, call))
    results = finalize(server_ids, order=order, world=call.world(properties.account_id))
    for result in results.values():
        log_result(result)
    return physical_id(properties), _attributes(properties, list(results.values()))


def _selected(properties: Properties) -> tuple[str, ...]:
    if properties.source_server_id:
        return (properties.source_server_id,)
    if properties.source_server_ids:
        return tuple(dict.fromkeys(properties.source_server_ids))
    raise InvalidRequestError(
        "ApplicationID and WaveID are not supported yet; allowed are SourceServerID and SourceServerIDs."
    )


def _attributes(properties: Properties, results: list[Result]) -> dict[str, str]:
    if properties.source_server_id:
        report, cause = results[0].report, results[0].cause
        if cause:
            raise RefusedError(sentence(report.source_server_id, cause))
        return attributes_of(report)
    if any(result.cause for result in results):
        raise RefusedError(fleet_sentence(results, len(results)))
    return fleet_attributes_of(fleet_report([result.report for result in results]))


def _was_run_before(url: ResponseUrl, call: Call) -> bool:
    return url.signed_at is not None and RUN_AGAIN < call.clock.now() - url.signed_at < URL_VALIDITY
