"""What a request asks for, beside the source servers."""

from dataclasses import dataclass, field
from datetime import datetime

from finalize_cutover.cutover.readiness.policy import ReadinessPolicy

from .stack_guard import StackGuard
from .write_window import WriteWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalizeOptions:
    """
    What is asked for, beside the source servers.

    Attributes:
        policy: What is asked of readiness.

        dry_run: Decide, but do not act.

        archive: Mark finalized servers as archived.

        wait_until: Until when verdicts that say WAIT are looked at again.

        act_until: When it is too late to begin a write, or to look at more than has been begun with: an invocation
            that is cut off reports nothing, not even what it finalized.

        deadline: When it must be known what became of everything.

        guard: Asked before each write; None where nobody can withdraw the request.

        window: Closed when the request is answered; no write begins after that.
    """

    policy: ReadinessPolicy
    dry_run: bool = False
    archive: bool = False
    wait_until: datetime
    act_until: datetime
    deadline: datetime
    guard: StackGuard | None = None
    window: WriteWindow = field(default_factory=WriteWindow)
