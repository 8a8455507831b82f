"""The simulated state of one source server, and whether it may be finalized."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime

from finalize_cutover.cutover.evidence import Evidence
from tests.unit.builders import APPROVAL, action, finalized_server, logged, ready

# Flaws of a launch, and their evidence after its end.  A person can repair an impaired instance.
FLAWS = {
    "none": {},
    "old snapshot": {},
    "no boot": {"first_boot": "STOPPED", "ec2_instance": "impaired"},
    "impaired": {"ec2_instance": "impaired"},
    "failed action": {"actions": (action("FAILED"),)},
}
# A job writes its log before it ends.
LOGS = {"old snapshot": {"log": (logged("USING_PREVIOUS_SNAPSHOT", None),)}}
LAUNCHING, LAUNCHED, BOOTED = "launching", "launched", "booted"
SHOWN = {
    LAUNCHING: {"job_status": "STARTED", "launch_status": "IN_PROGRESS", "launch_instance": None, "job_ended_at": None},
    LAUNCHED: {"first_boot": "WAITING", "ec2_system": "initializing", "ec2_instance": "initializing"},
    BOOTED: {},
}


@dataclass(slots=True, kw_only=True)
class Machine:
    """
    A source server and its cutover.

    Attributes:
        chance: Determines its events and the faults of calls about it; such calls come from several threads.

        approves_launch: Whether an approval names the launched instance, so that it is only about that launch.

        approved_launch: Number of the launch that was approved last.

        hold_key: Key of its hold tag; None without one.

        finalized_by: The actors that finalized it, one entry for each time.

        stale_reads: Number of reads that still return its state before the finalization.
    """

    id: str
    chance: random.Random = field(repr=False)
    is_approved: bool = False
    approves_launch: bool = False
    approved_launch: int = 0
    hold_key: str | None = None
    state: str = "READY_FOR_CUTOVER"
    launches: int = 0
    phase: str = BOOTED
    flaw: str = "none"
    initiated_at: datetime | None = None
    reverted_at: datetime | None = None
    finalized_at: datetime | None = None
    finalized_by: list[str] = field(default_factory=list)
    stale_reads: int = 0

    def __str__(self) -> str:
        approval = f"approved for launch {self.approved_launch}" if self.is_approved else "not approved"
        approval += ", on hold" if self.hold_key else ""
        return f"{self.id[-3:]} ({approval}, {self.state}, launch {self.launches} {self.phase}, flaw: {self.flaw})"

    @property
    def may_be_finalized(self) -> bool:
        """Whether a person approved it and does not hold it, and its cutover is complete and without a flaw."""
        is_approved = self.is_approved and (not self.approves_launch or self.approved_launch == self.launches)
        is_complete = self.state == "CUTTING_OVER" and self.phase == BOOTED and self.flaw == "none"
        return is_approved and is_complete and not self.hold_key

    def approve(self) -> None:
        """Approve it, or only its latest launch."""
        self.is_approved, self.approved_launch = True, self.launches

    def launch(self, now: datetime) -> None:
        """Start a cutover; the state changes before an instance is launched."""
        self.state, self.phase, self.launches = "CUTTING_OVER", LAUNCHING, self.launches + 1
        self.flaw = self.chance.choice([*FLAWS, *["none"] * 4])
        self.initiated_at, self.reverted_at = now, None

    def revert(self, now: datetime) -> None:
        """Revert the cutover."""
        self.state, self.reverted_at = "READY_FOR_CUTOVER", now

    def finalize(self, now: datetime, by: str) -> None:
        """Finalize the cutover."""
        self.state, self.finalized_at = "CUTOVER", now
        self.finalized_by.append(by)

    def read(self) -> Evidence:
        """Return the evidence that MGN and EC2 show now."""
        evidence = self._evidence()
        if self.finalized_at is None:
            return evidence
        if self.stale_reads:
            self.stale_reads -= 1
            return replace(evidence, server=replace(evidence.server, state="CUTTING_OVER"))
        return replace(evidence, server=finalized_server(evidence.server, self.finalized_at))

    def _evidence(self) -> Evidence:
        tags = {self.hold_key: ""} if self.hold_key else {}
        if self.is_approved:
            approved = self._number(self.approved_launch)
            tags[APPROVAL.key] = f"i-{approved}" if self.approves_launch else str(APPROVAL.value)
        if not self.launches:
            nothing = ["last_cutover", "launched_instance", "job", "instance"]
            return ready(self.id, state=self.state, tags=tags, without=nothing)
        number = self._number(self.launches)
        facts = {
            **dict.fromkeys(("instance_id", "launch_instance"), f"i-{number}"),
            **dict.fromkeys(("instance_job", "cutover_job"), f"mgnjob-{number}"),
            **{name: getattr(self, name) for name in ("state", "initiated_at", "reverted_at")},
            "job_ended_at": self.initiated_at,
            **(FLAWS[self.flaw] if self.phase == BOOTED else {}),
            **(LOGS.get(self.flaw, {}) if self.phase != LAUNCHING else {}),
            **SHOWN[self.phase],
        }
        without = ["launched_instance", "instance"] if self.phase == LAUNCHING else []
        return ready(self.id, tags=tags, without=without, **facts)

    def _number(self, launch: int) -> str:
        return f"{launch:02}{self.id[-15:]}"
