"""Which port is implemented by what; clients are made when they are first needed and kept with the environment."""

import os
import threading
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from .aws.clients import client, new_session
from .aws.cloudformation import AwsStack
from .aws.ec2 import AwsInstances
from .aws.event_bus import EventBus
from .aws.mgn import AwsMgn
from .aws.roles import Member
from .aws.staging import AwsStagingResources
from .aws.time_limit import TimeLimit
from .clock import WallClock
from .cutover.look import World
from .cutover.ports import Clock
from .doors.call import Call
from .settings import Settings, read_settings

# What a caller without a context has, such as a script: Lambda's longest.
DEFAULT_TIME = timedelta(minutes=15)
# What is left of Lambda's time when the last call to AWS must have ended: to report, to log and to count.
ENDING = timedelta(seconds=0.5)
# boto3 makes one client of a session at a time; the clients themselves may be used by several threads.
_one_at_a_time = threading.Lock()


def call_for(context: Any) -> Call:
    """Return what a door needs to answer the invocation that *context* describes."""
    settings, clock = read_settings(os.environ), WallClock()
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    time_left = timedelta(milliseconds=remaining()) if remaining else DEFAULT_TIME
    return Call(
        settings=settings,
        context=context,
        clock=clock,
        deadline=clock.now() + time_left,
        ends_at=clock.now() + time_left - ENDING,
        make_world=partial(_world, settings, clock),
        make_staging=partial(_staging, settings, clock),
        make_stack=partial(_stack, settings, clock),
        make_announcements=partial(_announcements, settings, clock),
    )


def _world(settings: Settings, clock: Clock, account_id: str | None, until: datetime) -> World:
    member = _member(settings, account_id)
    limit = TimeLimit(clock, until=until)
    return World(
        mgn=AwsMgn(
            _client(settings, "mgn", member),
            writer=_client(settings, "mgn", member, writes=True),
            limit=limit,
            # As a member's own role we ask for its own servers; without one, through MGN's global view.
            account_id=None if member else account_id,
        ),
        instances=AwsInstances(_client(settings, "ec2", member), limit=limit),
        clock=clock,
    )


def _staging(settings: Settings, clock: Clock, account_id: str | None, until: datetime) -> AwsStagingResources:
    client = _client(settings, "ec2", _member(settings, account_id))
    return AwsStagingResources(client, limit=TimeLimit(clock, until=until))


def _stack(settings: Settings, clock: Clock, stack_id: str, until: datetime) -> AwsStack:
    return AwsStack(_client(settings, "cloudformation"), stack_id=stack_id, limit=TimeLimit(clock, until=until))


def _announcements(settings: Settings, clock: Clock, until: datetime) -> EventBus | None:
    if not settings.event_bus:
        return None
    return EventBus(_client(settings, "events"), name=settings.event_bus, limit=TimeLimit(clock, until=until))


def _member(settings: Settings, account_id: str | None) -> Member | None:
    if not (account_id and settings.member_role_name):
        return None
    return Member(
        account_id=account_id,
        role_name=settings.member_role_name,
        external_id=settings.member_role_external_id,
    )


def _client(settings: Settings, service: str, member: Member | None = None, *, writes: bool = False) -> Any:
    """Return what makes boto3's client of *service* when it is called, once for as long as the endpoints stay."""
    return partial(_made_once, settings.endpoints, service, member, writes)


@cache
def _made_once(endpoints: tuple[tuple[str, str], ...], service: str, member: Member | None, writes: bool) -> Any:
    with _one_at_a_time:
        return client(service, session=_session(endpoints, member), writes=writes)


@cache
def _session(_endpoints: tuple[tuple[str, str], ...], member: Member | None) -> Any:
    return new_session(member)
