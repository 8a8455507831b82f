"""The steps with the source server that the person sacrifices: check, confirm, finalize, observe, audit."""

from typing import Any

import msgspec

from finalize_cutover.cutover.audit.report import AuditOutcome
from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.report import Outcome
from tests.account import sacrifice
from tests.account.aws import Aws
from tests.account.comparison import shown
from tests.account.deployment import Deployment
from tests.account.errors import AccountTestError
from tests.account.function import Function
from tests.account.journal import Journal
from tests.account.observation import Before, Observation
from tests.account.observing import Observing
from tests.account.questions import Question
from tests.account.report import Sacrifice, StepName

# What an audit can say if MGN behaves as documented, however long the run waited.
AS_DOCUMENTED = {AuditOutcome.CLEAN, AuditOutcome.TOO_EARLY, AuditOutcome.NOT_CHECKED}
PROPAGATION = 15  # s, until IAM applies a changed policy everywhere


class Finalization:
    """
    The finalization of one source server.

    Attributes:
        is_sent: Whether the request to finalize was sent, so that the cutover can be finalized.
    """

    def __init__(
        self,
        *,
        aws: Aws,
        clock: Clock,
        journal: Journal,
        deployment: Deployment,
        function: Function,
        server_id: str,
    ) -> None:
        self.sacrifice = Sacrifice()
        self.is_sent = False
        self._aws = aws
        self._clock = clock
        self._journal = journal
        self._deployment = deployment
        self._function = function
        self._server_id = server_id
        self._observation = Observation(aws, clock, journal, server_id)
        self._before = Before(replicator_id=None, launched_id=None, resources=())
        self._finalized_at = clock.now()
        self._arn = ""

    def run(self, *, account_id: str) -> None:
        """
        Finalize the source server if it is ready and the person confirms it; then observe what happens.

        Raises:
            RefusedError: It is not ready, or the person did not type its ID.

            AccountTestError: It could not be checked.
        """
        step = self._journal.step
        with step(StepName.SACRIFICE_CHECK):
            checked = sacrifice.check(self._function, self._server_id)
            self._change(check=checked.outcome, not_passed=checked.not_passed)
            sacrifice.demand_ready(checked)
            self._arn = checked.report["arn"]
        with step(StepName.CONFIRM):
            region = self._aws.region
            sacrifice.confirm(self._journal.terminal, checked, account_id=account_id, region=region)
            self._change(is_confirmed=True)
        try:
            is_answered = self._journal.tried(StepName.FINALIZE, self._finalize)
            if is_answered or self._is_final_without_answer():
                self._journal.tried(StepName.OBSERVE, lambda: self._observe(is_answered=is_answered))
        finally:  # also after Ctrl-C: what cannot be undone is always audited
            if self.is_sent:
                self._journal.tried(StepName.AUDIT, self._audit)

    def _is_final_without_answer(self) -> bool:
        """Whether the cutover is finalized although no answer said so: the function may have lost it or ended early."""
        if not (self.is_sent and self._observation.is_final()):
            return False
        for question in (Question.FINALIZE_PERMISSION, Question.TAGS_FOR_IAM):
            self._journal.cannot_answer(question, "the answer to the finalization was lost")
        return True

    def _observe(self, *, is_answered: bool) -> None:
        observing = Observing(
            aws=self._aws,
            journal=self._journal,
            observation=self._observation,
            server_id=self._server_id,
            is_answered=is_answered,
        )
        try:
            observing.run(self._before, self._finalized_at, self._deployment.request.wait_minutes)
        finally:
            self._change(has_finalized_time=observing.has_finalized_time)

    def _finalize(self) -> None:
        self._before = self._observation.before()
        with sacrifice.Approval(self._aws, self._arn, self._deployment.tag, self._journal.terminal):
            try:
                self._send()
                self._journal.answer(Question.TAGS_FOR_IAM, "yes: IAM allowed it with the required tag")
            except AccountTestError as error:
                if sacrifice.DENIED not in error.codes:
                    raise
                self._finalize_without_tag()
        self._journal.answer(
            Question.FINALIZE_PERMISSION, "yes, the permissions of the role of the function are enough"
        )

    def _finalize_without_tag(self) -> None:
        """Let IAM allow it without the tag, and send it again: either MGN provides no tags, or it needs more rights."""
        self._journal.terminal.say("IAM denied it although the source server has the tag; the stack is changed once.")
        self._deployment.deploy(enforces_tag=False)
        self._clock.sleep(PROPAGATION)
        try:
            self._send()
        except AccountTestError as error:
            if sacrifice.DENIED in error.codes:
                self._journal.answer(Question.FINALIZE_PERMISSION, f"no: {sacrifice.DENIED}")
            raise
        self._journal.answer(Question.TAGS_FOR_IAM, "no: IAM denied it with the required tag")

    def _send(self) -> None:
        self.is_sent, self._finalized_at = True, self._clock.now()
        report = sacrifice.finalize(self._function, self._server_id)
        self._finalized_at = self._clock.now()  # MGN's answer is about as old as the function's
        self._change(outcome=Outcome(report["outcome"]))
        self._journal.terminal.say(f"Source server {self._server_id} is {report['outcome']}.")

    def _audit(self) -> None:
        report: dict[str, Any] = self._function.invoke({"action": "audit", "sourceServerID": self._server_id})
        checks = {shown(line["check"]): shown(line["verdict"]) for line in report["checks"]}
        self._change(audit=report["outcome"], audit_checks=checks)
        if report["outcome"] not in AS_DOCUMENTED:
            self._journal.unexpected.append(f"The audit at the end is {report['outcome']}.")

    def _change(self, **changes: Any) -> None:
        self.sacrifice = msgspec.structs.replace(self.sacrifice, **changes)
