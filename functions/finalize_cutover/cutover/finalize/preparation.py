"""What the optional rules need right before a write: evidence that is read late, and changes such as protection."""

from dataclasses import replace
from datetime import datetime

from finalize_cutover.cutover.errors import CutoverError, EvidenceTooOldError
from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.records.compose import intent_of
from finalize_cutover.cutover.time_budget import YOUNG

from .acceptance import Acceptance
from .options import FinalizeOptions
from .pace import Pace
from .ready import Ready
from .result import Result, failed_to_act


class Preparation:
    """Prepares the writes of one run, under the same conditions as the writes; safe to use from several threads."""

    def __init__(self, options: FinalizeOptions, acceptance: Acceptance, pace: Pace, clock: Clock) -> None:
        self._options = options
        self._acceptance = acceptance
        self._pace = pace
        self._clock = clock

    def send_until(self, ready: Ready) -> datetime:
        """Return until when a write for *ready* may be sent, according to its evidence and the time limit."""
        limits = [self._options.act_until, ready.evidence.read_at + YOUNG]
        if good_until := self._acceptance.good_until(ready.evidence):
            limits.append(good_until)
        return min(limits)

    def completed(self, ready: Ready) -> Ready | Result:
        """
        Return *ready* with all evidence and preparations for its write, or the result if that fails.

        Raises:
            EvidenceTooOldError: The write could not follow while the evidence is recent.
        """
        if not (self._options.acceptance or self._options.recorder):
            return ready
        self._check_time(ready)
        try:
            complete = self._acceptance.complete(ready)
            if not isinstance(complete, Ready):
                return complete
            return self._recorded(self.prepared(complete) if self._options.acceptance else complete)
        except EvidenceTooOldError:
            raise
        except CutoverError as error:
            return failed_to_act(ready.evidence.server, ready.findings, error)

    def prepared(self, ready: Ready) -> Ready:
        """
        Return *ready* after the changes that must precede its write.

        Raises:
            CutoverError: They failed, or the stack no longer goes forward, so nothing must be finalized.
        """
        until = min(self.send_until(ready), self._options.consented_until())

        def check() -> None:
            self._options.window.check(ready.evidence.server.id)
            if self._clock.now() >= until:
                raise EvidenceTooOldError(f"The evidence about source server {ready.evidence.server.id} is too old.")

        return self._acceptance.prepare(ready, check, until)

    def _recorded(self, ready: Ready) -> Ready:
        """
        Return *ready* after its record is stored.

        Raises:
            CutoverError: It could not be stored, so nothing must be finalized.
        """
        recorder = self._options.recorder
        if recorder is None or ready.is_recorded:
            return ready
        recorder.intend(
            intent_of(
                ready.evidence,
                ready.findings,
                options=self._options.recorded(),
                approved_instance_id=self._options.policy.approved_instance_of(ready.evidence.server),
                by=recorder.requested_by,
                account_id=recorder.account_id,
                now=self._clock.now(),
            )
        )
        return replace(ready, is_recorded=True)

    def _check_time(self, ready: Ready) -> None:
        if self._pace.is_stuck or self._clock.now() >= self.send_until(ready):
            raise EvidenceTooOldError(f"The evidence about source server {ready.evidence.server.id} is too old.")
