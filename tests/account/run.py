"""One run: what it says first, its steps, its clean-up and its file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from finalize_cutover.cutover.ports import Clock
from tests.account import plan, result_file
from tests.account.aws import Aws
from tests.account.cleaning import Cleaning, uninterrupted
from tests.account.deployment import MANAGED_STACK, Deployment, RunProgram
from tests.account.errors import RefusedError
from tests.account.identifiers import Seen
from tests.account.journal import FAILURES, Journal
from tests.account.recording import Recorder
from tests.account.report import AccountTestReport, CleanUp, StepName, Walk
from tests.account.request import Request
from tests.account.scrubber import IdentifierFoundError
from tests.account.stack import FoundStack, Stack
from tests.account.steps import Steps
from tests.account.terminal import Terminal

# Nobody is asked with YES=1, so a younger stack may be that of a run that has not ended.
LONGEST_RUN = timedelta(hours=6)
FINISHED, UNEXPECTED, REFUSED, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a test replaces: the person, the clock, and how programs are started."""

    terminal: Terminal
    clock: Clock
    run_program: RunProgram


class Run:
    """One run of *request*."""

    def __init__(self, request: Request, parts: Parts) -> None:
        self._request = request
        self._terminal = parts.terminal
        self._clock = parts.clock
        self._seen = Seen()
        self._recorder = Recorder(seen=self._seen)
        self._aws = Aws(request.region, self._recorder)
        self._stack = Stack(self._aws, request.stack, parts.clock)
        self._deployment = Deployment(request=request, run_program=parts.run_program)
        self._journal = Journal(clock=parts.clock, terminal=parts.terminal)
        self._began_at = parts.clock.now()
        self._clean_up = CleanUp()
        self._steps = Steps(
            aws=self._aws,
            clock=self._clock,
            stack=self._stack,
            deployment=self._deployment,
            journal=self._journal,
            recorder=self._recorder,
        )

    def execute(self) -> int:
        """
        Run everything, and return the exit code.

        Raises:
            RefusedError: Nothing was done, because the stack is not this kit's, or the person does not agree.
        """
        cleaning = self._prepare()
        try:
            worked = self._guarded(self._steps.work)
        finally:  # also after a bug of this kit
            ended = self._guarded(lambda: uninterrupted(lambda: self._end(cleaning), self._terminal))
        code = max(worked, ended)
        is_written = self._write(is_complete=code < REFUSED)
        if code < REFUSED:
            return UNEXPECTED if self._journal.unexpected or not is_written else FINISHED
        return code

    def _prepare(self) -> Cleaning:
        """Say what will happen and ask; delete what an earlier run left."""
        if self._request.sacrifice:
            self._terminal.demand_person()  # before the work, and again before the question
        self._steps.account_id = account_id = self._aws.account_id()
        for value in (account_id, self._request.stack, *self._deployment.tag):
            self._seen.add(value)
        existing = self._replaceable()
        result_file.demand_writable(self._request.output)
        self._terminal.say(plan.words(self._request, account_id, existing))
        if not self._request.is_agreed:
            self._terminal.demand("Type yes to start:", "yes")
        cleaning = Cleaning(
            aws=self._aws,
            stack=self._stack,
            clock=self._clock,
            terminal=self._terminal,
            had_sam_bucket=self._stack.find(MANAGED_STACK) is not None,
            prefix=self._deployment.prefix,
        )
        if existing:
            self._terminal.say("The stack of another run is deleted first.")
            self._stack.id = existing.id
            cleaning.run(keeps_logs=True)
            self._stack.id = None
        return cleaning

    def _replaceable(self) -> FoundStack | None:
        """Return the existing stack, if this run may delete it; None if there is none."""
        existing = self._stack.find()
        if existing is None:
            return None
        name = self._stack.name
        if not existing.is_ours:
            raise RefusedError(f"The stack {name} exists, and this kit did not create it; allowed: a new name.")
        if self._request.is_agreed and self._clock.now() - existing.created_at < LONGEST_RUN:
            raise RefusedError(
                f"The stack {name} was created at {existing.created_at:%Y-%m-%d %H:%M} UTC, and its run may not have "
                f"ended; allowed with YES=1: a stack older than {LONGEST_RUN // timedelta(hours=1)} hours, or none."
            )
        return existing

    def _guarded(self, action: Callable[[], object]) -> int:
        """Return 0, or the exit code of what ended *action*."""
        try:
            action()
        except RefusedError as error:
            self._terminal.say(str(error))
            return REFUSED
        except KeyboardInterrupt:
            self._terminal.say("Interrupted.")
            self._journal.unexpected.append("The run was interrupted.")
            return INTERRUPTED
        except FAILURES:
            return UNEXPECTED  # the journal has it
        return FINISHED

    def _end(self, cleaning: Cleaning) -> None:
        finalization = self._steps.finalization
        keeps_logs = finalization is not None and finalization.is_sent
        self._clean_up = CleanUp(stack="STAYS")  # until it is deleted
        try:
            with self._journal.step(StepName.CLEAN_UP):
                self._clean_up = cleaning.run(keeps_logs=keeps_logs)
        except FAILURES:
            self._terminal.say(f"The stack {self._stack.name} may still exist: run this again with the same STACK.")
            raise
        expected = {"Logs-LogGroup"} if keeps_logs else set()
        if left := sorted(self._clean_up.stays.keys() - expected):
            self._journal.unexpected.append(f"After the clean-up, some resources stay: {', '.join(left)}.")

    def _report(self, *, is_complete: bool) -> AccountTestReport:
        findings = self._recorder.findings()
        if not all(finding.is_known for finding in findings):
            self._journal.unexpected.append("The answers of MGN differ from the model, or from what is needed.")
        steps = self._steps
        operations, is_limited = self._recorder.operations(), steps.found.is_limited
        return AccountTestReport(
            region=self._request.region,
            date=self._began_at.date().isoformat(),
            versions=steps.versions,
            is_complete=is_complete,
            steps=tuple(self._journal.steps),
            preflight=steps.preflight,
            walk=Walk(operations=operations, findings=findings, is_limited=is_limited),
            dry_run=steps.dry_run,
            sacrifice=steps.finalization.sacrifice if steps.finalization else None,
            answers=self._journal.all_answers(),
            clean_up=self._clean_up,
            unexpected=tuple(self._journal.unexpected),
        )

    def _write(self, *, is_complete: bool) -> bool:
        """Write the file; return False if it would contain an identifier, or cannot be written and is shown instead."""
        report = self._report(is_complete=is_complete)
        for public in (report.region, report.date, str(report.versions)):
            self._seen.allow(public)
        try:
            document, replaced = result_file.content(report, self._seen)
        except IdentifierFoundError as error:
            self._terminal.say(str(error))
            return False
        self._journal.unexpected += replaced
        try:
            self._request.output.write_bytes(document)
        except OSError as error:
            self._terminal.say(f"{self._request.output} cannot be written: {error}.  This is what it would contain:")
            self._terminal.say(document.decode())
            return False
        self._terminal.say(plan.ending(self._request.output, self._journal.unexpected))
        return True
