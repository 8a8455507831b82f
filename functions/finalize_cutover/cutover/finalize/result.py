"""The result for one source server: its report, and the error for handlers that raise it."""

from dataclasses import dataclass
from datetime import datetime

from finalize_cutover.cutover.errors import CutoverError, NotReadyError, SourceServerNotFoundError
from finalize_cutover.cutover.readiness.finding import Finding, Verdict
from finalize_cutover.cutover.readiness.hints import HINTS
from finalize_cutover.cutover.report import Outcome, Report, error_report, report_on
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    A report and its cause.

    Attributes:
        cause: Why the server is not finalized; None if it is, or would be in a dry run.

        passes_at: Earliest time at which the server can be ready; None if it is unknown.

        server: The finalized source server, as MGN returned it last; None if it is not finalized.
    """

    report: Report
    cause: CutoverError | None = None
    passes_at: datetime | None = None
    server: SourceServer | None = None

    def can_change(self, until: datetime) -> bool:
        """Whether another look can have another result before *until*."""
        if self.report.outcome == Outcome.NOT_READY:
            return self.passes_at is None or self.passes_at <= until
        return self.cause is not None and self.cause.is_transient


def not_ready(server: SourceServer, findings: tuple[Finding, ...], obstacles: tuple[Finding, ...]) -> Result:
    """Report that *obstacles*, a subset of *findings*, prevent finalizing *server*."""
    report = report_on(server, _outcome(obstacles), findings)
    passes_at = max((finding.passes_at for finding in obstacles if finding.passes_at), default=None)
    return Result(
        report=report, cause=NotReadyError(server.id, obstacles, hostname=server.hostname), passes_at=passes_at
    )


def _outcome(obstacles: tuple[Finding, ...]) -> Outcome:
    if any(finding.rule == "approval" for finding in obstacles):
        return Outcome.SKIPPED
    return Outcome.BLOCKED if any(finding.verdict == Verdict.BLOCK for finding in obstacles) else Outcome.NOT_READY


def skipped(server: SourceServer, reason: str) -> Result:
    """Report that automation skips *server*, which is not approved because of *reason*; no other rule was checked."""
    finding = Finding(rule="approval", verdict=Verdict.BLOCK, reason=reason, hint=HINTS["approval"])
    return not_ready(server, (finding,), (finding,))


def not_found(server_id: str) -> Result:
    """Report that MGN does not list *server_id*."""
    return failed(server_id, SourceServerNotFoundError.not_listed(server_id))


def failed(server_id: str, error: CutoverError) -> Result:
    """Report that *error* occurred before the source server was read."""
    return Result(
        report=Report(
            function_version=VERSION, source_server_id=server_id, outcome=_outcome_of(error), error=error_report(error)
        ),
        cause=error,
    )


def failed_to_act(server: SourceServer, findings: tuple[Finding, ...], error: CutoverError) -> Result:
    """Report that *server* was ready, but *error* prevented finalizing it."""
    report = report_on(server, _outcome_of(error), findings, error=error_report(error))
    return Result(report=report, cause=error)


def _outcome_of(error: CutoverError) -> Outcome:
    return Outcome.NOT_FOUND if isinstance(error, SourceServerNotFoundError) else Outcome.FAILED
