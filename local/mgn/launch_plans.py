"""How the launches of a source server go; what a test wants to go wrong is said here."""

from dataclasses import dataclass
from typing import Any

# Seconds, as seen once in a real account (a small Linux server).
STARTING = 5
CLEANUP = 35
SNAPSHOT = 44
FAILING_SNAPSHOT = 300
CONVERSION = 264
LAUNCH = 337
BOOT = 167


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchPlan:
    """
    How a launch of a source server goes.

    Attributes:
        snapshot: ``taken``; or ``previous``, when the last snapshot fails and the job goes on with an older one.

        fails_at: ``conversion`` or ``launch``; None when the launch succeeds.

        boot_seconds: From the end of the job to the end of the first boot.

        first_boot: What the first boot ends in: ``SUCCEEDED``, ``UNKNOWN``, ``STOPPED``; ``WAITING`` never ends.

        instance_status: EC2's instance status after the boot: ``ok``, ``impaired``, …

        system_status: EC2's system status after the boot.

        actions: Post-launch actions, each at least ``actionName``; ``executionStatus`` is what they end in.

        action_seconds: From the end of the boot to the end of all actions.
    """

    snapshot: str = "taken"
    fails_at: str | None = None
    boot_seconds: float = BOOT
    first_boot: str = "SUCCEEDED"
    instance_status: str = "ok"
    system_status: str = "ok"
    actions: tuple[dict[str, Any], ...] = ()
    action_seconds: float = 60
