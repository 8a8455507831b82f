"""The entry point: finds the door, nothing else."""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cache, partial
from importlib import import_module
from typing import Any

from .aws.clients import cloudformation_client, ec2_client, mgn_client
from .aws.cloudformation import StackMandate
from .aws.ec2 import AwsInstances
from .aws.mgn import AwsMgn
from .clock import WallClock
from .cutover.errors import InvalidRequestError
from .cutover.look import World
from .doors.call import Call
from .log import log_invocation
from .settings import read_settings

SHAPES = (
    "a CloudFormation request (RequestType and ResponseURL), an MGN event (source aws.mgn and detail-type), "
    'the schedule\'s {"action": "sweep"}, or a direct request ({"action": "finalize" or "check", "sourceServerID": '
    '"s-…"}, with one of sourceServerID, sourceServerIDs, applicationID and waveID)'
)
DIRECT_REQUEST = frozenset({"action", "sourceServerID", "sourceServerIDs", "applicationID", "waveID"})

# What a caller without a context has, such as a script: Lambda's longest.
DEFAULT_TIME = timedelta(minutes=15)


def lambda_handler(event: Any, context: Any = None) -> dict[str, Any] | None:
    """
    Find the door for *event* by its shape and answer as that door does.

    Raises:
        InvalidRequestError: No door knows the shape; the sentence names those that are known.
    """
    log_invocation(context)
    # Imported here, because a door's libraries are no other door's business, and cost it a slower start.
    door = import_module(f"finalize_cutover.doors.{_door(event)}")
    answer: dict[str, Any] | None = door.handle(event, _call(context))
    return answer


def _door(event: Any) -> str:
    """Return the name of the door for *event*, before any library sees it: crhelper answers what it does not know."""
    if isinstance(event, Mapping):
        if {"RequestType", "ResponseURL"} <= event.keys():
            return "custom_resource"
        if not DIRECT_REQUEST.isdisjoint(event):
            return "direct"
    raise InvalidRequestError(f"The request has no known shape; allowed is {SHAPES}.")


def _call(context: Any) -> Call:
    settings, clock = read_settings(os.environ), WallClock()
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    time_left = timedelta(milliseconds=remaining()) if remaining else DEFAULT_TIME
    return Call(
        settings=settings,
        context=context,
        world=lambda account_id: _world(settings.endpoints, account_id),
        mandate=lambda stack_id: StackMandate(partial(_cloudformation, settings.endpoints), stack_id=stack_id),
        clock=clock,
        deadline=clock.now() + time_left,
    )


@cache
def _world(_endpoints: tuple[tuple[str, str], ...], account_id: str | None) -> World:
    """Make MGN's client once for as long as the environment stays the same, and EC2's when it is first needed."""
    return World(
        mgn=AwsMgn(mgn_client(), account_id=account_id),
        instances=AwsInstances(cache(ec2_client)),
        clock=WallClock(),
    )


@cache
def _cloudformation(_endpoints: tuple[tuple[str, str], ...]) -> Any:
    return cloudformation_client()
