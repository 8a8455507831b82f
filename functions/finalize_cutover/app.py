"""The entry point: finds the door, nothing else."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from .cutover.errors import InvalidRequestError
from .log import log_invocation
from .metrics import flush_metrics, measure_refusal
from .wiring import call_for

SHAPES = (
    "a CloudFormation request (RequestType and ResponseURL), an MGN event (source aws.mgn and detail-type), "
    'the schedule\'s {"action": "sweep"}, or a direct request ({"action": "finalize", "check", "audit" or "select", '
    '"sourceServerID": "s-…"}, with one of sourceServerID, sourceServerIDs, applicationID and waveID)'
)
DIRECT_REQUEST = frozenset({"action", "sourceServerID", "sourceServerIDs", "applicationID", "waveID"})


def lambda_handler(event: Any, context: Any = None) -> dict[str, Any] | None:
    """
    Find the door for *event* by its shape and answer as that door does.

    Raises:
        InvalidRequestError: No door knows the shape, or the door does not understand the request.
    """
    log_invocation(context)
    try:
        # Imported here, because a door's libraries are no other door's business, and cost it a slower start.
        door = import_module(f"finalize_cutover.doors.{_door(event)}")
        answer: dict[str, Any] | None = door.handle(event, call_for(context))
        return answer
    except InvalidRequestError as error:
        measure_refusal(error)
        raise
    finally:
        flush_metrics()


def _door(event: Any) -> str:
    """Return the name of the door for *event*, before any library sees it: crhelper answers what it does not know."""
    if isinstance(event, Mapping):
        if {"RequestType", "ResponseURL"} <= event.keys():
            return "custom_resource"
        if event.get("source") == "aws.mgn" and "detail-type" in event:
            return "launch_result"
        if event.get("action") == "sweep":
            return "sweep"
        if not DIRECT_REQUEST.isdisjoint(event):
            return "direct"
    raise InvalidRequestError(f"The request has no known shape; allowed is {SHAPES}.")
