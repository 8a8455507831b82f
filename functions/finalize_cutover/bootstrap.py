"""The composition root: creates the Lambda handler and the adapters behind the ports."""

import os
import platform
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, TypeAlias

from .aws.acceptance.ports import AwsAcceptancePorts
from .aws.clients import SDK_VERSION, Clients
from .aws.cloudformation import AwsStack
from .aws.ec2 import AwsInstances
from .aws.event_bus import EventBus
from .aws.evidence_bucket import AwsEvidenceBucket
from .aws.mgn import AwsMgn
from .aws.roles import Member
from .aws.staging import AwsStagingResources
from .aws.time_limit import TimeLimit
from .aws.topic import AwsTopic
from .clock import WallClock
from .cutover.acceptance.ports import AcceptancePorts
from .cutover.errors import InvalidRequestError
from .cutover.kept_logs import KeptLogs, Logs
from .cutover.ports import Clock, EvidenceBucket, ResultPublisher, Services, Stack, StagingResources, Topic
from .cutover.preflight.ports import PreflightPorts
from .handlers.dispatch import handler_for
from .handlers.invocation import Invocation
from .observability.log import log_invocation, log_start
from .observability.metrics import flush_metrics, measure_refusal
from .settings import Settings, read_settings
from .version import VERSION

LambdaHandler: TypeAlias = Callable[..., dict[str, Any] | None]

# Time budget without a Lambda context, for example in a script: Lambda's maximum timeout.
DEFAULT_TIME = timedelta(minutes=15)
# Reserved at the end of Lambda's time, after the last AWS call, for the report, the logs and the metrics.
ENDING = timedelta(seconds=0.5)


def bootstrap(  # noqa: PLR0913 - one for each kind of port
    *,
    settings: Settings | None = None,
    clock: Clock | None = None,
    services: Callable[[str | None, datetime], Services] | None = None,
    acceptance: Callable[[str | None, datetime], AcceptancePorts] | None = None,
    staging: Callable[[str | None, datetime], StagingResources] | None = None,
    stack: Callable[[str, datetime], Stack] | None = None,
    publisher: Callable[[datetime], ResultPublisher | None] | None = None,
    evidence_bucket: Callable[[str, timedelta, datetime], EvidenceBucket] | None = None,
    topic: Callable[[datetime], Topic | None] | None = None,
    preflight: Callable[[str | None, datetime], PreflightPorts] | None = None,
) -> LambdaHandler:
    """
    Return a Lambda handler; None for an argument means the production implementation.

    The handler creates boto3 clients on first use and keeps them, as it keeps the logs of ended jobs.

    Args:
        settings: Deployment settings; None reads the environment at each invocation.

        clock: Time source for everything except boto3.

        services: Returns the ports of an account ID, or of the function's own account for None.  Their calls end by
            the given time.

        acceptance: Returns the ports of the optional rules, with the same arguments.

        staging: Returns the replication resources of an account, with the same arguments.

        stack: Returns a CloudFormation stack by its ARN.  Its calls end by the given time.

        publisher: Returns the publisher of automation results, or None without an event bus.

        evidence_bucket: Returns the evidence bucket by its name, whose objects are locked for the given time.  Its
            calls end by the given time.

        topic: Returns the topic of the digest, or None without one.

        preflight: Returns the reads of the preflight in an account, with the same arguments as *services*.
    """
    clients, logs = Clients(), Logs()
    versions = {"function": VERSION, "botocore": SDK_VERSION, "python": platform.python_version()}
    # Once for each execution environment, and not at import, when nothing is known of the log level.
    log_start_once = cache(partial(log_start, versions))

    def lambda_handler(event: Any, context: Any = None) -> dict[str, Any] | None:
        log_invocation(context)
        log_start_once()
        try:
            handle = handler_for(event)
            current, now = settings or read_settings(os.environ), clock or WallClock()
            aws = AwsAdapters(current, now, clients, logs)
            deadline = now.now() + _time_left(context)
            invocation = Invocation(
                settings=current,
                context=context,
                clock=now,
                deadline=deadline,
                ends_at=deadline - ENDING,
                make_services=services or aws.services,
                make_acceptance=acceptance or aws.acceptance,
                make_staging=staging or aws.staging,
                make_stack=stack or aws.stack,
                make_publisher=publisher or aws.publisher,
                make_evidence_bucket=evidence_bucket or aws.evidence_bucket,
                make_topic=topic or aws.topic,
                make_preflight=preflight or aws.preflight,
            )
            return handle(event, invocation)
        except InvalidRequestError as error:
            measure_refusal(error)
            raise
        finally:
            flush_metrics()

    return lambda_handler


class AwsAdapters:
    """The boto3 implementations of the ports; the calls of each port end by *until*."""

    def __init__(self, settings: Settings, clock: Clock, clients: Clients, logs: Logs) -> None:
        self._settings = settings
        self._clock = clock
        self._clients = clients
        self._logs = logs

    def services(self, account_id: str | None, until: datetime) -> Services:
        """Return the ports of an account; None means the function's own."""
        member, limit = self._member(account_id), TimeLimit(self._clock, until=until)
        return Services(
            mgn=AwsMgn(
                self._client("mgn", member),
                writer=self._client("mgn", member, writes=True),
                limit=limit,
                # A member role lists its own account's servers; without a role, MGN's global view lists them.
                account_id=None if member else account_id,
            ),
            instances=AwsInstances(self._client("ec2", member), limit=limit),
            clock=self._clock,
            # Other endpoints are another account or Region.
            kept_logs=KeptLogs(
                self._logs,
                (account_id, self._settings.endpoints),
                are_whole=self._settings.evidence_bucket is not None,
            ),
        )

    def acceptance(self, account_id: str | None, until: datetime) -> AwsAcceptancePorts:
        """Return the ports of the optional rules in an account; None means the function's own."""
        member = self._member(account_id)

        def client(service: str, *, is_own: bool = False, writes: bool = False) -> Callable[[], Any]:
            return self._client(service, None if is_own else member, writes=writes)

        return AwsAcceptancePorts(client, limit=TimeLimit(self._clock, until=until))

    def staging(self, account_id: str | None, until: datetime) -> AwsStagingResources:
        """Return the replication resources of an account; None means the function's own."""
        client = self._client("ec2", self._member(account_id))
        return AwsStagingResources(client, limit=TimeLimit(self._clock, until=until))

    def stack(self, stack_id: str, until: datetime) -> AwsStack:
        """Return the stack with the ARN *stack_id*."""
        limit = TimeLimit(self._clock, until=until)
        return AwsStack(self._client("cloudformation"), stack_id=stack_id, limit=limit)

    def publisher(self, until: datetime) -> EventBus | None:
        """Return the event bus for automation results; None if the settings have no event bus."""
        name = self._settings.event_bus
        return EventBus(self._client("events"), name=name, limit=TimeLimit(self._clock, until=until)) if name else None

    def evidence_bucket(self, name: str, retention: timedelta, until: datetime) -> AwsEvidenceBucket:
        """Return the evidence bucket *name*, whose objects are locked for *retention*."""
        limit = TimeLimit(self._clock, until=until)
        return AwsEvidenceBucket(self._client("s3"), name=name, retention=retention, clock=self._clock, limit=limit)

    def topic(self, until: datetime) -> AwsTopic | None:
        """Return the topic of the digest; None if the settings have none."""
        arn = self._settings.digest_topic
        return AwsTopic(self._client("sns"), arn=arn, limit=TimeLimit(self._clock, until=until)) if arn else None

    def preflight(self, account_id: str | None, until: datetime) -> PreflightPorts:
        """Return the reads of the preflight; None means the function's own account."""
        from .aws.preflight.ports import AwsPreflightPorts  # noqa: PLC0415 - nothing else needs these adapters

        member = self._member(account_id)

        def client(service: str, *, in_member: bool = False, writes: bool = False) -> Callable[[], Any]:
            return self._client(service, member if in_member else None, writes=writes)

        limit = TimeLimit(self._clock, until=until)
        return AwsPreflightPorts(client, limit=limit, account_id=None if member else account_id)

    def _member(self, account_id: str | None) -> Member | None:
        role_name = self._settings.member_role_name
        if not (account_id and role_name):
            return None
        external_id = self._settings.member_role_external_id
        return Member(account_id=account_id, role_name=role_name, external_id=external_id)

    def _client(self, service: str, member: Member | None = None, *, writes: bool = False) -> Callable[[], Any]:
        return lambda: self._clients.get(service, self._settings.endpoints, member, writes=writes)


def _time_left(context: Any) -> timedelta:
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return timedelta(milliseconds=remaining()) if remaining else DEFAULT_TIME
