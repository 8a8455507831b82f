"""The step after a finalization: its parts, of which none ends the others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.account import trail
from tests.account.aws import Aws
from tests.account.journal import Journal
from tests.account.observation import (
    LOST,
    Before,
    Observation,
    checks_of,
    has_finalized_time,
    lost,
    shows_finalization,
)
from tests.account.questions import Question


@dataclass(slots=True, kw_only=True)
class Observing:
    """
    What is looked at after the finalization of one source server.

    Attributes:
        is_answered: Whether the answer to the finalization arrived, so that the time until the reads is known.

        has_finalized_time: Whether MGN shows when the cutover was finalized; None if it was not read.
    """

    aws: Aws
    journal: Journal
    observation: Observation
    server_id: str
    is_answered: bool
    has_finalized_time: bool | None = None
    _is_final: bool = False

    def run(self, before: Before, finalized_at: datetime, wait_minutes: int) -> None:
        """Look at everything; a part without an answer is recorded, and the others go on."""
        self._part(Question.READ_AFTER_FINALIZE, lambda: self._watch(finalized_at))
        self._part(Question.SECOND_FINALIZE, self._send_again)
        self._part(Question.CLEANUP_TIME, lambda: self.observation.wait_for_cleanup(before, finalized_at, wait_minutes))
        self._part(Question.CLOUDTRAIL, lambda: trail.read(self.aws, self.journal, self.server_id, finalized_at))

    def _watch(self, finalized_at: datetime) -> None:
        server, words = self.observation.watch_reads(finalized_at)
        self._is_final = shows_finalization(server)
        self.has_finalized_time = has_finalized_time(server)
        if self.is_answered:
            self.journal.answer(Question.READ_AFTER_FINALIZE, words)
        else:
            self.journal.cannot_answer(Question.READ_AFTER_FINALIZE, "the answer to the finalization was lost")
        earlier = self.journal.answers.get(Question.CHECKS_OVER_TIME)
        after = f"after finalizing: {checks_of(server)}"
        self.journal.answer(Question.CHECKS_OVER_TIME, "; ".join([*([earlier] if earlier else []), after]))

    def _send_again(self) -> None:
        """Send FinalizeCutover again, but only if that cannot finalize anything."""
        if self._is_final:
            self.observation.send_again()
        else:
            why = "no read showed the finalization, so it was not sent again"
            self.journal.cannot_answer(Question.SECOND_FINALIZE, why)

    def _part(self, question: Question, look: Callable[[], None]) -> None:
        try:
            look()
        except LOST as error:
            self.journal.terminal.say(f"{question} could not be observed: {error}")
            self.journal.cannot_answer(question, lost(error))
            self.journal.unexpected.append(f"After the finalization, {question} could not be observed.")
