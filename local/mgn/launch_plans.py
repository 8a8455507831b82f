"""How the launches of a source server proceed, including simulated failures."""

from dataclasses import dataclass
from typing import Any

# Seconds, observed once in a real account (a small Linux server).
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
    How a launch of a source server proceeds.

    Attributes:
        snapshot: ``taken``; or ``previous``: the new snapshot fails, and the job continues with an older one.

        fails_at: ``conversion`` or ``launch``; None if the launch succeeds.

        boot_seconds: From the end of the job to the end of the first boot.

        first_boot: Result of the first boot: ``SUCCEEDED``, ``UNKNOWN``, ``STOPPED``; ``WAITING`` never ends.

        instance_status: EC2's instance status after the boot: ``ok``, ``impaired``, …

        system_status: EC2's system status after the boot.

        actions: Post-launch actions, each with at least ``actionName``; ``executionStatus`` is the final status.

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
