"""Choose the handler of an event by the event's shape, before any library reads it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from finalize_cutover.cutover.errors import InvalidRequestError

from .invocation import Invocation

Matches: TypeAlias = Callable[[Mapping[str, Any]], bool]
Handler: TypeAlias = Callable[[Mapping[str, Any], Invocation], dict[str, Any] | None]

SHAPES = (
    "a CloudFormation request (RequestType and ResponseURL), an MGN event (source aws.mgn and detail-type), "
    'the schedules\' {"action": "sweep"} and {"action": "digest"}, {"action": "preflight"}, or a direct request '
    '({"action": "finalize", "check", "audit" or "select", "sourceServerID": "s-…"}, with one of sourceServerID, '
    "sourceServerIDs, applicationID and waveID)"
)
# In lower case, so that a misspelled field gets its right spelling instead of this list of shapes.
DIRECT_REQUEST = frozenset({"action", "sourceserverid", "sourceserverids", "applicationid", "waveid"})


def handler_for(event: object) -> Handler:
    """
    Return the handler of *event*.

    Raises:
        InvalidRequestError: No handler accepts the shape.
    """
    if isinstance(event, Mapping):
        for matches, handler in HANDLERS:
            if matches(event):
                return handler
    raise InvalidRequestError(f"The request has an unknown shape; allowed: {SHAPES}.")


def is_cloudformation_request(event: Mapping[str, Any]) -> bool:
    """Whether CloudFormation sent *event* for a custom resource."""
    return {"RequestType", "ResponseURL"} <= event.keys()


def is_envelope(event: Mapping[str, Any]) -> bool:
    """Whether SNS or SQS delivered CloudFormation's requests, as for a custom resource that names an SNS topic."""
    from .cloudformation import envelope as module

    return bool(module.requests_in(event))


def is_launch_result(event: Mapping[str, Any]) -> bool:
    """Whether EventBridge delivered *event* for MGN."""
    return event.get("source") == "aws.mgn" and "detail-type" in event


def is_sweep(event: Mapping[str, Any]) -> bool:
    """Whether the schedule of the sweep sent *event*."""
    return event.get("action") == "sweep"


def is_digest(event: Mapping[str, Any]) -> bool:
    """Whether the schedule of the digest sent *event*."""
    return event.get("action") == "digest"


def is_preflight(event: Mapping[str, Any]) -> bool:
    """Whether *event* asks what works in the deployment."""
    return event.get("action") == "preflight"


def is_direct_request(event: Mapping[str, Any]) -> bool:
    """Whether *event* has any field of a direct request, well-formed or not, in any case."""
    return any(str(name).casefold() in DIRECT_REQUEST for name in event)


# A handler's libraries are imported on first use: crhelper alone would slow every cold start.


def cloudformation(event: Mapping[str, Any], invocation: Invocation) -> None:
    """Answer CloudFormation through the response URL."""
    from .cloudformation import handler

    handler.handle(event, invocation)


def envelope(event: Mapping[str, Any], invocation: Invocation) -> None:
    """Answer CloudFormation's requests that came through SNS or SQS."""
    from .cloudformation import envelope as handler

    handler.handle(event, invocation)


def launch_result(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any] | None:
    """Finalize the approved source server that MGN has launched."""
    from .eventbridge import launch_result as handler

    return handler.handle(event, invocation)


def sweep(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """Finalize every approved source server that is ready."""
    from .eventbridge import sweep as handler

    return handler.handle(event, invocation)


def digest(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """Say what was finalized, what waits and why, and what it costs."""
    from .eventbridge import digest as handler

    return handler.handle(event, invocation)


def preflight(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """Say for each thing that the deployment needs whether it works."""
    from .preflight import handler

    return handler.handle(event, invocation)


def direct(event: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """Return the report for a direct request."""
    from . import direct as handler

    return handler.handle(event, invocation)


# The first match is used.
HANDLERS: tuple[tuple[Matches, Handler], ...] = (
    (is_cloudformation_request, cloudformation),
    (is_launch_result, launch_result),
    (is_sweep, sweep),
    (is_digest, digest),
    (is_preflight, preflight),
    (is_direct_request, direct),
    (is_envelope, envelope),
)
