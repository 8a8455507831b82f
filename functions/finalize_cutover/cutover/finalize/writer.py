"""The writes of one request: several at a time, at the pace that the service accepts, each after a last check."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from finalize_cutover.cutover.errors import CutoverError, EvidenceTooOldError, MgnUnavailableError
from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.readiness.finding import Finding
from finalize_cutover.cutover.report import Outcome, report_on
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import ATTEMPT

from .acceptance import Acceptance
from .options import FinalizeOptions
from .pace import WORKERS, Pace
from .preparation import Preparation
from .ready import Ready
from .result import Result, failed_to_act
from .write import WITHOUT_EFFECT, finalize_once, verify

# Per source server, each with new evidence.
MOST_ATTEMPTS = 3


class Writer:
    """
    Finalizes and archives source servers.

    Attributes:
        pace: The rate of writes.

        throttled_by: The last error of a throttled write; None if no write was throttled.

        lost: ``{ID: error}`` of writes whose response was lost.

        preparation: Prepares each write.

        has_effect: Whether a FinalizeCutover had an effect, or may have had one.

        unclear: IDs of the lost writes that were sent, so that they may have had an effect.
    """

    def __init__(self, options: FinalizeOptions, services: Services, acceptance: Acceptance) -> None:
        self.pace = Pace(services.clock)
        self.throttled_by: CutoverError | None = None
        self.lost: dict[str, CutoverError] = {}
        self.unclear: set[str] = set()
        self.has_effect = False
        self._sent: set[str] = set()
        self._attempts = Counter[str]()
        self.preparation = Preparation(options, acceptance, self.pace, services.clock)
        self._options = options
        self._services = services
        self._clock = services.clock

    def write(self, ready: Mapping[str, Ready], settle: Callable[[Result], None]) -> list[str]:
        """
        Finalize the cutover of all *ready* source servers.

        Args:
            ready: ``{ID: source server that is proven ready}``.

            settle: Called with each result as soon as it is known, from several threads.

        Returns:
            The IDs of servers that must be read again: their evidence became too old before the write, or the
            response was lost and no read has shown an effect.
        """
        queue, too_old, candidates = deque(ready), list[str](), dict(ready)

        def work() -> None:
            while queue:
                try:
                    server_id = queue.popleft()
                except IndexError:
                    return  # another worker was faster
                try:
                    result = self._written(server_id, candidates)
                except EvidenceTooOldError:
                    too_old.append(server_id)
                    continue
                if result:
                    settle(result)
                else:
                    queue.append(server_id)

        if len(ready) < 2:
            work()
        else:
            with ThreadPoolExecutor(max_workers=min(WORKERS, len(ready))) as crew:
                for future in [crew.submit(work) for _ in range(min(WORKERS, len(ready)))]:
                    future.result()
        return too_old

    def _write(self, ready: Ready) -> Result | None:
        """
        Finalize one source server; return None if the service throttled the write, which then had no effect.

        Raises:
            EvidenceTooOldError: The write could not be sent while the evidence was recent.
        """
        server = ready.evidence.server
        send_until = self.preparation.send_until(ready)
        permit = None if self.pace.is_stuck else self.pace.wait(until=send_until)
        if permit is None:
            raise EvidenceTooOldError(f"The evidence about source server {server.id} is too old.")
        self._sent.discard(server.id)
        try:
            # Signing can take so long that the consent expires before the write is sent.
            send_until = min(send_until, self._options.consented_until())
            final, changed = finalize_once(
                server.id,
                services=self._services,
                before_send=self._last_check(server.id, send_until),
                until=self._options.deadline,
            )
        except EvidenceTooOldError:
            raise
        except CutoverError as error:
            if self._is_throttled(error, permit):
                self._options.window.end(server.id)
                return None
            # It stays in flight until a read shows its outcome.
            if isinstance(error, MgnUnavailableError) and self._may_be_sent_again(server.id, error):
                raise EvidenceTooOldError(str(error)) from error
            return failed_to_act(server, ready.findings, error)
        self.has_effect = True
        self.pace.note_taken()
        return self.finalized(final, ready.findings, changed=changed or server.id in self.unclear)

    def _written(self, server_id: str, candidates: dict[str, Ready]) -> Result | None:
        """Finalize one of *candidates*, which gets all its evidence; None and EvidenceTooOldError as for ``_write``."""
        complete = self.preparation.completed(candidates[server_id])
        if isinstance(complete, Result):
            return complete
        candidates[server_id] = complete
        return self._write(complete)

    def accepted(self, server_id: str) -> CutoverError | None:
        """Return the error of a write that MGN accepted without a visible effect, so it is not repeated."""
        error = self.lost.get(server_id)
        return error if error and error.code == WITHOUT_EFFECT else None

    def _may_be_sent_again(self, server_id: str, error: MgnUnavailableError) -> bool:
        """Record that the response for *server_id* was lost; return whether it may be written again after a read."""
        self.lost[server_id] = error
        self.unclear |= {server_id} & self._sent
        self.has_effect |= server_id in self._sent
        self._attempts[server_id] += 1
        return error.code != WITHOUT_EFFECT and self._attempts[server_id] < MOST_ATTEMPTS

    def _is_throttled(self, error: CutoverError, permit: int) -> bool:
        """Record the response to a write in the pace; return whether the write was throttled."""
        if isinstance(error, MgnUnavailableError) and error.is_throttled:
            self.throttled_by = error
            self.pace.note_throttled(permit)
            return True
        if error.http_status:
            self.pace.note_taken()
        return False

    def _last_check(self, server_id: str, send_until: datetime) -> Callable[[], None]:
        """Return the last check of a write that starts now; it raises if the write already counts as lost."""
        return partial(self._check, server_id, min(send_until, self._clock.now() + ATTEMPT))

    def _check(self, server_id: str, send_until: datetime) -> None:
        if self._clock.now() >= send_until:
            raise EvidenceTooOldError(f"The evidence about source server {server_id} is too old.")
        self._options.window.begin(server_id)
        self._sent.add(server_id)

    def finalized(self, server: SourceServer, findings: tuple[Finding, ...], *, changed: bool) -> Result:
        """Return the result for a finalized source server; archive it if the options say so."""
        warnings = verify(server)
        is_wanted = self._options.archive and (changed or not self._options.archives_only_changed)
        if is_wanted and not self._options.dry_run and not server.is_archived:
            server, refusal = self._archived(server)
            warnings += refusal
        report = report_on(server, Outcome.FINALIZED, findings, changed=changed, warnings=warnings)
        return Result(report=report, server=server)

    def _archived(self, server: SourceServer) -> tuple[SourceServer, tuple[str, ...]]:
        """Mark *server* as archived; return its new state, and a warning if that failed."""
        refusal: object = "too little time was left; retry the request."
        until = self._options.act_until
        while not self.pace.is_stuck and (permit := self.pace.wait(until=until)) is not None:
            try:
                check = self._last_check(server.id, self._options.consented_until())
                return self._services.mgn.archive(server.id, before_send=check), ()
            except CutoverError as error:
                refusal = error
                if not self._is_throttled(error, permit):
                    break
            finally:
                self._options.window.end(server.id)
        # The cutover is finalized anyway, so this must not be reported as a failure.
        return server, (f"It was not archived: {refusal}",)
