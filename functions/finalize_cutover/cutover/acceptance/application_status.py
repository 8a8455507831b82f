"""The rule ``application-status``: EC2's own health checks of the application pass."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.readiness.finding import Finding, blocks, waits
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.source_server import SourceServer

from .per_instance import of_servers
from .rule import AcceptanceRule, passes_if_old_enough


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStatus:
    """
    The application status of an instance.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeApplicationStatus.html

    Attributes:
        status: None if EC2 does not return it.

        since: Since when it has this status; None if EC2 does not return it.
    """

    status: str | None
    since: datetime | None


class ApplicationStatuses(Protocol):
    """EC2's application health checks in one account and Region."""

    def application_statuses(self, instance_ids: Collection[str]) -> Found[ApplicationStatus]:
        """Return the application status of each of *instance_ids* that EC2 lists."""


class ApplicationStatusRule(AcceptanceRule):
    """Require the application status ``ok`` for at least the soak time."""

    name = "application-status"
    hint = "Wait, or fix the application; create an application status check if there is none."

    def __init__(self, statuses: ApplicationStatuses) -> None:
        self._statuses = statuses

    def read(self, servers: Collection[SourceServer]) -> Found[ApplicationStatus | None]:
        """Return the application status by source server ID; None if EC2 lists none."""
        return of_servers(servers, self._statuses.application_statuses)

    def judge(
        self, fact: ApplicationStatus | None, evidence: Evidence, policy: ReadinessPolicy, now: datetime
    ) -> Finding:
        instance_id = evidence.server.instance_id
        if fact is None:
            return blocks(f"EC2 lists no application status of its instance {instance_id or '(none)'}")
        words = f"the application status of its instance {instance_id} is {fact.status}"
        if fact.status in {"initializing", "insufficient-data"}:
            return waits(words)
        if fact.status != "ok":
            return blocks(words)
        return passes_if_old_enough(words, fact.since, policy, now)
