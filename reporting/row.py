"""What the page shows about one source server."""

from dataclasses import dataclass

from finalize_cutover.cutover.audit.report import CALM, AuditReport
from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.records.records import Intent, RequestedBy
from finalize_cutover.cutover.report import FindingReport, Outcome

from .documents import ServerReport
from .names import UNKNOWN, Name
from .results import LostBatch

# In addition to the function's own outcomes.
NO_RESULT = "NO_RESULT"
NOT_REACHED = "NOT_REACHED"
INTENT_ONLY = "INTENT_ONLY"

# The outcomes that need a person most come first.
ORDER = (
    Outcome.FAILED.value,
    INTENT_ONLY,
    NO_RESULT,
    Outcome.NOT_FOUND.value,
    Outcome.BLOCKED.value,
    Outcome.NOT_READY.value,
    NOT_REACHED,
    Outcome.SKIPPED.value,
    Outcome.WOULD_FINALIZE.value,
    Outcome.FINALIZED.value,
)
GOOD = {Outcome.WOULD_FINALIZE.value, Outcome.FINALIZED.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    A source server on the page.

    Attributes:
        outcome: One of ``ORDER``.

        report: The function's report; None without one.

        lost: The batch without a result; None otherwise.

        intent: What was decided right before the write; None without evidence.

        requested_by: Who asked for the finalization; None without evidence.

        audit: The last audit; None without one.

        problems: Why evidence about it is not to be trusted or not complete, as ends of sentences.
    """

    server_id: str
    outcome: str
    report: ServerReport | None = None
    lost: LostBatch | None = None
    intent: Intent | None = None
    requested_by: RequestedBy | None = None
    name: Name = UNKNOWN
    audit: AuditReport | None = None
    problems: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[FindingReport, ...]:
        """What the rules found, from the intent if the report does not have it."""
        if self.report and (self.report.readiness or self.report.rules_passed):
            return self.report.readiness
        return self.intent.readiness if self.intent else ()

    @property
    def open_findings(self) -> tuple[FindingReport, ...]:
        """The rules that did not pass, including waived ones."""
        return tuple(f for f in self.findings if f.verdict != Verdict.PASS)

    @property
    def passed(self) -> tuple[FindingReport, ...]:
        """The rules that passed; a report on several servers does not have them."""
        return tuple(f for f in self.findings if f.verdict == Verdict.PASS)

    @property
    def rules_passed(self) -> int:
        """The number of rules that passed; a report on several servers has only this number."""
        return (self.report.rules_passed if self.report else 0) or len(self.passed)

    @property
    def waived(self) -> tuple[FindingReport, ...]:
        """The rules that the request waived."""
        return tuple(f for f in self.open_findings if f.verdict == Verdict.WAIVED)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings about the state after finalization, or before an intent without a result."""
        if self.report:
            return self.report.warnings
        return self.intent.warnings if self.intent else ()

    @property
    def launched_instance_id(self) -> str | None:
        """The instance that the cutover launched; None if unknown."""
        if self.report:
            return self.report.launched_instance_id
        return self.intent.subject.launched_instance_id if self.intent else None

    @property
    def cutover_job_id(self) -> str | None:
        """The job of the cutover; None if unknown."""
        if self.report:
            return self.report.cutover_job_id
        return self.intent.subject.cutover_job_id if self.intent else None

    @property
    def is_remarkable(self) -> bool:
        """Whether the row has more than its outcome: problems, findings, warnings, or an audit with a problem."""
        audited = self.audit is not None and self.audit.outcome not in CALM
        return bool(self.problems or self.open_findings or self.warnings or audited)

    @property
    def needs_attention(self) -> bool:
        """Whether a person should look at the source server."""
        return self.outcome not in GOOD or self.is_remarkable
