"""The options of a request, besides the source servers."""

from dataclasses import dataclass, field
from datetime import datetime

from finalize_cutover.cutover.acceptance.rule import AcceptanceRule
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from finalize_cutover.cutover.records.recorder import Recorder
from finalize_cutover.cutover.records.records import Options

from .stack_guard import StackGuard
from .write_window import WriteWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalizeOptions:
    """
    The options of a request, besides the source servers.

    Attributes:
        policy: The readiness requirements.

        acceptance: The optional rules that are switched on.

        all_or_nothing: Finalize none of several source servers unless all are final or ready in the same look.

        applications_together: Finalize no source server of an application unless all are final or ready in the same
            look, also those that the request does not name.

        dry_run: Decide, but do not write.

        archive: Mark finalized servers as archived.

        archives_only_changed: Of these, mark only those that this run finalized; the others are somebody else's.

        archives_groups: Afterwards, archive each application and wave of which every source server is archived.

        wait_until: Until when servers with the verdict WAIT are read again.

        act_until: Latest time to start a write, or to read more servers.  If Lambda stops an invocation, it reports
            nothing, not even the cutovers that it finalized.

        deadline: When the outcome of every server must be known.

        guard: Checked before each write; None if no stack sent the request.

        window: Closed when the response is sent; no write starts after that.

        recorder: Records each write in the evidence bucket, before and after; None without a bucket.

        uses_kept_logs: Do not read the logs again that are kept.
    """

    policy: ReadinessPolicy
    acceptance: tuple[AcceptanceRule, ...] = ()
    all_or_nothing: bool = False
    applications_together: bool = False
    dry_run: bool = False
    archive: bool = False
    archives_only_changed: bool = False
    archives_groups: bool = False
    wait_until: datetime
    act_until: datetime
    deadline: datetime
    guard: StackGuard | None = None
    window: WriteWindow = field(default_factory=WriteWindow)
    recorder: Recorder | None = None
    uses_kept_logs: bool = False

    def recorded(self) -> Options:
        """Return what a record shows of the options."""
        return Options(
            soak_minutes=self.policy.soak_minutes,
            waive=tuple(sorted(self.policy.waived)),
            optional_rules=tuple(rule.name for rule in self.acceptance),
            all_or_nothing=self.all_or_nothing,
            applications_together=self.applications_together,
            archive=self.archive,
            archive_application_and_wave=self.archives_groups,
        )

    def consented_until(self) -> datetime:
        """
        Return until when writes may be sent, according to the time limit and the stack.

        Raises:
            WithdrawnError: The stack does not consent.
        """
        return min(self.act_until, self.guard.check()) if self.guard else self.act_until
