"""The steps of a run before its clean-up; each records what it found."""

import platform
from typing import Any

import botocore
import msgspec

from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.preflight.report import PreflightVerdict
from finalize_cutover.version import VERSION
from tests.account import dry_run, staging
from tests.account.aws import Aws
from tests.account.deductions import deduced
from tests.account.deployment import Deployment
from tests.account.errors import AccountTestError, RefusedError
from tests.account.finalization import Finalization
from tests.account.function import Function
from tests.account.journal import Journal
from tests.account.questions import Question
from tests.account.recording import Recorder
from tests.account.report import DryRun, PreflightLine, StepName, StepOutcome, Versions
from tests.account.stack import Stack, short_type
from tests.account.walk import Found, Item, Walk


class Steps:
    """
    The steps of one run.

    Attributes:
        account_id: The account of the credentials.

        finalization: None until a source server is to be finalized.
    """

    def __init__(
        self,
        *,
        aws: Aws,
        clock: Clock,
        stack: Stack,
        deployment: Deployment,
        journal: Journal,
        recorder: Recorder,
    ) -> None:
        self.account_id = ""
        self.versions = Versions(kit=VERSION, botocore=botocore.__version__, python=platform.python_version())
        self.preflight: tuple[PreflightLine, ...] = ()
        self.found = Found()
        self.dry_run = DryRun()
        self.finalization: Finalization | None = None
        self._aws = aws
        self._clock = clock
        self._stack = stack
        self._deployment = deployment
        self._journal = journal
        self._recorder = recorder

    def work(self) -> None:
        """
        Run every step; after a failure, the steps that do not need what failed go on.

        Raises:
            RefusedError: The source server is not finalized.
        """
        tried = self._journal.tried
        is_deployed = tried(StepName.BUILD, self._deployment.build) and tried(StepName.DEPLOY, self._deploy)
        if is_deployed:
            tried(StepName.PREFLIGHT, self._run_preflight)
        tried(StepName.WALK, self._walk)
        if is_deployed:
            self._dry_runs()
        if server_id := self._deployment.request.sacrifice:
            self._sacrifice(server_id)

    def _deploy(self) -> None:
        self._stack.begin()
        try:
            self._deployment.deploy()
        except AccountTestError as error:
            self._stack.created()
            types = map(short_type, self._stack.failed_types())
            raise AccountTestError(str(error), *error.codes, *types) from error
        self._deployment.demand_harmless(self._function.variables())

    @property
    def _function(self) -> Function:
        return Function(self._aws, self._stack.outputs()["FinalizeCutover"])

    def _run_preflight(self) -> None:
        self.preflight, report = dry_run.preflight(self._function)
        versions = report["versions"]
        self.versions = msgspec.structs.replace(
            self.versions,
            function=versions["function"],
            function_botocore=versions["botocore"],
            function_python=versions["python"],
        )
        for line in report["checks"]:
            self._journal.terminal.say(f"{line['verdict']:4} {line['check']}: {line['reason']}")
            if line["verdict"] == PreflightVerdict.FAIL:
                self._journal.unexpected.append(f"The preflight's check {line['check']} fails.")

    def _walk(self) -> None:
        walk = Walk(self._aws, self._recorder, self._clock, account_id=self.account_id)
        self.found = walk.found
        walk.run()
        self._journal.terminal.say(f"{len(self.found.servers)} source servers, {len(self.found.jobs)} jobs of cutovers")
        for question, (observed, why) in deduced(self.found, self._recorder, self.account_id, self._clock.now()):
            if observed:
                self._journal.answer(question, observed)
            else:
                self._journal.cannot_answer(question, why)
        resources = [each for each in staging.managed(self._aws, self._clock) if not each.was_made_for_others]
        if resources:
            self._journal.answer(Question.REPLICATION_TAGS, staging.tag_keys(resources))
        else:
            self._journal.cannot_answer(Question.REPLICATION_TAGS, "EC2 lists no replication resources")
        for finding in self._recorder.findings():
            self._journal.terminal.say(f"{finding.kind} {finding.operation} {finding.path} {finding.value or ''}")

    def _dry_runs(self) -> None:
        function, servers, tried = self._function, self.found.servers, self._journal.tried
        if server := dry_run.chosen(servers):
            tried(StepName.LAUNCH_EVENT, lambda: self._launch_events(function, server))
        tried(StepName.SWEEP, lambda: self._change(sweep=dry_run.sweep(function)))
        tried(StepName.CHECK, lambda: self._change(check=dry_run.check(function, servers)))

    def _launch_events(self, function: Function, server: Item) -> None:
        place = {"account_id": self.account_id, "region": self._aws.region}
        outcome, ignored = dry_run.send_launch_events(function, server, **place)
        self._change(launch_event=outcome, ignored_events=ignored)

    def _change(self, **changes: Any) -> None:
        self.dry_run = msgspec.structs.replace(self.dry_run, **changes)

    def _sacrifice(self, server_id: str) -> None:
        """Finalize the source server, if every step before was done."""
        if any(step.outcome != StepOutcome.DONE for step in self._journal.steps):
            raise RefusedError("A step failed, so no source server is finalized.")
        self.finalization = Finalization(
            aws=self._aws,
            clock=self._clock,
            journal=self._journal,
            deployment=self._deployment,
            function=self._function,
            server_id=server_id,
        )
        self.finalization.run(account_id=self.account_id)
