"""
The handler for CloudFormation's requests that SNS or SQS delivers.

Only a resource whose ``ServiceToken`` is the function's ARN is supported.  Without an answer, any other one would hang
until its ``ServiceTimeout``, so it gets one that says why.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-sns.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.cloudformation import response_body
from finalize_cutover.handlers.cloudformation.deadlines import LAST_MARGIN
from finalize_cutover.handlers.cloudformation.properties import selected_physical_id
from finalize_cutover.handlers.cloudformation.response import Response, ResponseNotDeliveredError
from finalize_cutover.handlers.cloudformation.response_url import parse_response_url
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.observability.log import logger

REASON = (
    "Nothing was done: the request came through SNS or SQS. Set ServiceToken to the function's ARN, which the stack of "
    "the application exports."
)


def requests_in(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the requests of CloudFormation in the records of *event*; empty for any other event."""
    records = event.get("Records")
    return list(_requests_in(records)) if isinstance(records, list) else []


def _requests_in(records: list[Any]) -> Iterator[Mapping[str, Any]]:
    for record in records:
        if not isinstance(record, Mapping):
            continue
        notification = record.get("Sns")
        message = _read(notification.get("Message") if isinstance(notification, Mapping) else record.get("body"))
        # SQS delivers SNS's own envelope, unless the subscription delivers raw messages.
        inner = _read(message.get("Message")) or message
        if {"RequestType", "ResponseURL"} <= inner.keys():
            yield inner


def _read(text: object) -> Mapping[str, Any]:
    """Return the JSON object in *text*; an empty one for anything else."""
    try:
        document = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def handle(event: Mapping[str, Any], invocation: Invocation) -> None:
    """
    Answer every request in *event*: FAILED, and SUCCESS to a Delete, which never changes anything.

    Raises:
        InvalidRequestError: A request cannot be answered.

        ResponseNotDeliveredError: CloudFormation did not accept a response, so the event must be delivered again.

    With several errors, the first one is raised, after all requests were tried.
    """
    errors: list[Exception] = []
    for request in requests_in(event):
        try:
            _answer(request, invocation)
        except (InvalidRequestError, ResponseNotDeliveredError) as error:
            errors.append(error)
    if errors:
        raise errors[0]


def _answer(request: Mapping[str, Any], invocation: Invocation) -> None:
    settings = invocation.settings
    url = parse_response_url(request["ResponseURL"], region=settings.region, extra_hosts=settings.extra_response_hosts)
    response_body.check_ids(request)
    is_delete = request["RequestType"] == "Delete"
    physical_id = str(request.get("PhysicalResourceId") or "") or selected_physical_id(request)
    response = Response(url, seconds_left=lambda: invocation.seconds_left - LAST_MARGIN)
    logger.warning("Request through SNS or SQS", logical_resource_id=request["LogicalResourceId"])
    response.send_once(
        response_body.answer(
            request,
            status="SUCCESS" if is_delete else "FAILED",
            reason="" if is_delete else REASON,
            physical_id=physical_id or f"{request['LogicalResourceId']}-invalid",
            attributes={},
        )
    )
    response.check_delivered()
