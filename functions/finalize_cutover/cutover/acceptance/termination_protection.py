"""The rule ``termination-protection``: nobody terminates the launched instance by mistake."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

from finalize_cutover.cutover.errors import MgnUnavailableError
from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Clock, Found
from finalize_cutover.cutover.readiness.finding import Finding, blocks, passes
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import PAUSE

from .per_instance import of_servers
from .rule import AcceptanceRule

# EC2's reads can lag behind a write.
LOOKS = 3


class TerminationProtection(Protocol):
    """EC2's termination protection in one account and Region."""

    def protected(self, instance_ids: Collection[str]) -> Found[bool | None]:
        """Return whether each of *instance_ids* is protected; None if EC2 does not say."""

    def protect(self, instance_id: str, *, before_send: Callable[[], None]) -> None:
        """Turn termination protection on; *before_send* is called just before, and nothing is sent if it raises."""


class TerminationProtectionRule(AcceptanceRule):
    """
    Require termination protection of the launched instance.

    Args:
        protection: EC2.

        sets: Whether it is turned on just before finalizing.

        clock: The time source.
    """

    name = "termination-protection"
    hint = (
        "Turn on termination protection, or set SetTerminationProtection. EC2 has none for Spot Instances: "
        "leave the rule out there."
    )
    is_read_per_server = True

    def __init__(self, protection: TerminationProtection, *, sets: bool, clock: Clock) -> None:
        self._protection = protection
        self._sets = sets
        self._clock = clock

    def read(self, servers: Collection[SourceServer]) -> Found[bool | None]:
        """Return by source server ID whether the instance is protected; None if it is unknown."""
        return of_servers(servers, self._protection.protected)

    def judge(self, fact: bool | None, evidence: Evidence, _policy: ReadinessPolicy, _now: datetime) -> Finding:
        instance_id = evidence.server.instance_id
        words = f"termination protection of its instance {instance_id or '(none)'} is"
        if fact is None or instance_id is None:
            return blocks(f"{words} unknown")
        if fact:
            return passes(f"{words} on")
        if not self._sets:
            return blocks(f"{words} off")
        return passes(f"{words} off, and will be turned on")

    def prepare(self, evidence: Evidence, *, before_send: Callable[[], None], until: datetime) -> Finding | None:
        """Turn it on where it is off, and read it back."""
        server, instance_id = evidence.server, evidence.server.instance_id
        if not self._sets or instance_id is None or evidence.acceptance[self.name] is not False:
            return None
        self._protection.protect(instance_id, before_send=before_send)
        for look in range(LOOKS):
            if look:
                if self._clock.now() + PAUSE >= until:
                    break
                self._clock.sleep(PAUSE.total_seconds())
            if self._protection.protected([instance_id]).items.get(instance_id):
                return passes(f"termination protection of its instance {instance_id} was turned on")
        raise MgnUnavailableError(
            f"Source server {server.id}: termination protection of instance {instance_id} was turned on, "
            "but EC2 still shows it as off.",
            code="NotProtected",
        )
