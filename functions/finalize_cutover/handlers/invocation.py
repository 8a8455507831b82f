"""One invocation: the settings, the services and the deadlines that a handler uses."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from finalize_cutover.cutover.acceptance.ports import AcceptancePorts
from finalize_cutover.cutover.ports import (
    Clock,
    EvidenceBucket,
    ResultPublisher,
    Services,
    Stack,
    StagingResources,
    Topic,
)
from finalize_cutover.cutover.preflight.ports import PreflightPorts
from finalize_cutover.cutover.time_budget import ATTEMPT, LONGEST_WRITE
from finalize_cutover.settings import Settings

# The account in the ARN of a function that AWS's emulators run; it says nothing about the account in use.
EMULATED_ACCOUNT = "012345678912"
FUNCTION_ARN = re.compile(r"arn:[a-z-]+:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):function:.+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """
    One Lambda invocation.

    Attributes:
        context: Lambda's context object; None without one.

        deadline: When the response must have been sent.

        ends_at: When the last call to AWS must have ended.

        make_services: Returns the ports of an account, whose calls end by a given time; None means the function's own.

        make_acceptance: Returns the ports of the optional rules, with the same arguments.

        make_staging: Returns the replication resources of an account, with the same arguments.

        make_stack: Returns a stack by its ARN, with calls that end by a given time.

        make_publisher: Returns the publisher of automation results, or None without an event bus.

        make_evidence_bucket: Returns a bucket by its name, with the retention of its objects; its calls end by a given
            time.

        make_topic: Returns the topic of the digest, or None without one.

        make_preflight: Returns the reads of the preflight in an account, with the same arguments as ``make_services``.
    """

    settings: Settings
    context: Any
    clock: Clock
    deadline: datetime
    ends_at: datetime
    make_services: Callable[[str | None, datetime], Services]
    make_acceptance: Callable[[str | None, datetime], AcceptancePorts]
    make_staging: Callable[[str | None, datetime], StagingResources]
    make_stack: Callable[[str, datetime], Stack]
    make_publisher: Callable[[datetime], ResultPublisher | None]
    make_evidence_bucket: Callable[[str, timedelta, datetime], EvidenceBucket]
    make_topic: Callable[[datetime], Topic | None]
    make_preflight: Callable[[str | None, datetime], PreflightPorts]

    def services(self, account_id: str | None) -> Services:
        """Return the ports of an account; None means the function's own."""
        return self.make_services(account_id, self.ends_at)

    def acceptance(self, account_id: str | None) -> AcceptancePorts:
        """Return the ports of the optional rules in an account; None means the function's own."""
        return self.make_acceptance(account_id, self.ends_at)

    def staging(self, account_id: str | None) -> StagingResources:
        """Return the replication resources of an account; None means the function's own."""
        return self.make_staging(account_id, self.ends_at)

    def stack(self, stack_id: str) -> Stack:
        """Return the stack with the ARN *stack_id*."""
        return self.make_stack(stack_id, self.ends_at)

    def publisher(self) -> ResultPublisher | None:
        """Return the publisher of automation results; None without an event bus."""
        return self.make_publisher(self.ends_at)

    def evidence_bucket(self, name: str, retention: timedelta) -> EvidenceBucket:
        """Return the bucket *name*, whose objects are locked for *retention*."""
        return self.make_evidence_bucket(name, retention, self.ends_at)

    def topic(self) -> Topic | None:
        """Return the topic of the digest; None without one."""
        return self.make_topic(self.ends_at)

    def preflight(self, account_id: str | None) -> PreflightPorts:
        """Return the reads of the preflight; None means the function's own account."""
        return self.make_preflight(account_id, self.ends_at)

    @property
    def own_function_arn(self) -> str | None:
        """ARN of the function without version or alias; None if it is unknown without Lambda."""
        if (own := self._own_arn) is None:
            return None
        return ":".join(own[0].split(":")[:7])

    @property
    def own_account_id(self) -> str | None:
        """ID of the function's own account; None if it is unknown without Lambda."""
        return own["account"] if (own := self._own_arn) else None

    @property
    def own_region(self) -> str | None:
        """The function's Region; None if it is unknown without Lambda."""
        return self.settings.region or (own["region"] if (own := self._own_arn) else None)

    @property
    def _own_arn(self) -> re.Match[str] | None:
        found = FUNCTION_ARN.fullmatch(str(getattr(self.context, "invoked_function_arn", "")))
        return found if found and found["account"] != EMULATED_ACCOUNT else None

    def is_own(self, *, account_id: str, region: str) -> bool:
        """Whether these are the function's own account and Region; what is unknown without Lambda is not compared."""
        return self.own_account_id in {None, account_id} and self.own_region in {None, region}

    def reads_account(self, account_id: str) -> bool:
        """Whether the function can read services other than MGN in an account: its own, or one with a member role."""
        return self.own_account_id in {None, account_id} or self.settings.member_role_name is not None

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; negative after it."""
        return (self.deadline - self.clock.now()).total_seconds()

    @property
    def act_until(self) -> datetime:
        """
        Latest time to start a write.

        The write and its verification then end before the deadline.  A short invocation cannot reserve so much time,
        and lost responses are rare: there, only the write itself must end before the deadline.
        """
        end = min(self.deadline, self.ends_at)
        return end - min(LONGEST_WRITE, max(ATTEMPT, (end - self.clock.now()) / 10))
