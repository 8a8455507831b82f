"""
The run of one request: settle finalized servers, judge the others, finalize the ready ones.

A write needs recent evidence.  A batch therefore has only as many source servers
as can be written while their evidence is recent, at the current pace.  Servers
that were throttled or not reached are read again in the next batch.
"""

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta

from finalize_cutover.cutover.errors import CutoverError, OutOfTimeError
from finalize_cutover.cutover.ports import Found, Services
from finalize_cutover.cutover.readiness.judge import open_findings
from finalize_cutover.cutover.report import Outcome, report_on
from finalize_cutover.cutover.selection import Known
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import PAUSE, READING, SECONDS_BETWEEN_LOOKS, seconds_after

from .acceptance import Acceptance
from .options import FinalizeOptions
from .read_evidence import EvidenceSet, read_evidence
from .ready import Ready
from .result import Result, failed, failed_to_act, not_found, not_ready
from .writer import Writer

# How long reads from MGN may fail in the middle of a run that may not wait.
PATIENCE = timedelta(seconds=20)
# In a row: if a read takes so long that the evidence is too old at its end, another read does not help.
MOST_FRUITLESS_LOOKS = 3


class FinalizeRun:
    """
    The run of one request.

    Args:
        options: The options of the request.

        services: The ports of the account.

        publish: Called once with each final result, also from other threads.

    Attributes:
        results: ``{ID: result}`` of the source servers that were looked at.

        unsettled: IDs of those whose result can still change, and is not published yet.
    """

    def __init__(
        self, options: FinalizeOptions, services: Services, publish: Callable[[Collection[Result]], None]
    ) -> None:
        self.results: dict[str, Result] = {}
        self.unsettled: set[str] = set()
        self._options = options
        self._services = services
        self._clock = services.clock
        self._publish = publish
        self._acceptance = Acceptance(options, services.clock)
        self._writer = Writer(options, services, self._acceptance)
        self._lock = threading.Lock()
        # Servers that were ready when they were last read.
        self._ready: dict[str, Ready] = {}
        self._has_looked = False
        self._fruitless_looks = 0
        self._blind_since: datetime | None = None
        self._has_fault, self._faults_in_a_row = False, 0

    def wait(self) -> bool:
        """Wait before the next look; return False if there is no time left or the stack no longer goes forward."""
        seconds = (self._options.wait_until - self._clock.now()).total_seconds()
        if self._withdrawal or seconds <= 0:
            return False
        self._faults_in_a_row = self._faults_in_a_row + 1 if self._has_fault else 0
        pause = seconds_after(self._faults_in_a_row) if self._has_fault else SECONDS_BETWEEN_LOOKS
        self._clock.sleep(min(pause, seconds))
        self._has_fault, self._fruitless_looks = False, 0
        self._writer.pace.resume()
        if self._options.guard:
            self._options.guard.note_wait()
        return self._withdrawal is None

    def go_through(self, server_ids: Collection[str], known: Known | None) -> None:
        """Read all *server_ids* and finalize the ready ones, until all are settled or no more writes are possible."""
        queue = deque(server_ids)
        while queue:
            batch = [queue.popleft() for _ in range(min(len(queue), self._writer.pace.batch_size))]
            queue.extendleft(reversed(self._do(batch, known)))
            known = None
            if self._is_over:
                break
        for server_id in queue:
            self._give_up(server_id)

    @property
    def _is_over(self) -> bool:
        """
        Whether no more writes are possible.

        MGN accepts no writes, reads take too long, there is no time left, or the stack no longer goes forward: a
        rollback needs its response at once.
        """
        pace = self._writer.pace
        is_late = pace.next_at >= self._options.act_until
        return self._withdrawal is not None or pace.is_stuck or is_late or self._fruitless_looks == MOST_FRUITLESS_LOOKS

    @property
    def _withdrawal(self) -> CutoverError | None:
        """Why the stack no longer goes forward; None if it does, or if its status is unknown."""
        return self._options.guard.withdrawal if self._options.guard else None

    def _do(self, batch: list[str], known: Known | None) -> list[str]:
        """Read *batch* and finalize the ready servers; return the IDs that must be read again."""
        ready, unread = self._look(batch, known)
        unsent = self._act(ready)
        is_fruitless = bool(unsent) and len(unsent) == len(ready) and not self._writer.lost.keys() & set(unsent)
        self._fruitless_looks = self._fruitless_looks + 1 if is_fruitless else 0
        again = {*unread, *unsent}
        return [server_id for server_id in batch if server_id in again]

    def _act(self, ready: Mapping[str, Ready]) -> list[str]:
        """Finalize *ready* servers; return the IDs that must be read again."""
        if self._options.dry_run:
            self._settle(
                Result(report=report_on(each.evidence.server, Outcome.WOULD_FINALIZE, each.findings))
                for each in ready.values()
            )
            return []
        closed = self._acceptance.closed(ready)
        self._settle(closed.values())
        still = {server_id: each for server_id, each in ready.items() if server_id not in closed}
        return self._writer.write(still, lambda result: self._settle([result]))

    def _look(self, batch: list[str], known: Known | None) -> tuple[dict[str, Ready], list[str]]:
        """Read *batch* and settle what is not ready; return the ready servers, and the IDs to read again."""
        read_at = self._clock.now()
        try:
            if known and known.serves(batch, now=read_at):
                found, read_at = known.found, known.read_at
            else:
                found = self._services.mgn.describe(batch, within=READING)
        except CutoverError as error:
            return {}, self._look_failed(batch, error)
        self._has_looked, self._blind_since = True, None
        return self._decide(self._settle_final(batch, found), read_at)

    def _decide(self, servers: list[SourceServer], read_at: datetime) -> tuple[dict[str, Ready], list[str]]:
        """Read the rest about *servers*, and settle those that are not ready; return the same as ``_look``."""
        seen = self._read(servers, read_at)
        self._settle_errors(seen.errors)
        return self._judge(seen), seen.not_reached

    def _read(self, servers: Collection[SourceServer], read_at: datetime) -> EvidenceSet:
        """Return the evidence about *servers*, which were read at *read_at*."""
        until = min(self._options.act_until, read_at + READING)
        seen = read_evidence(servers, read_at=read_at, options=self._options, services=self._services, until=until)
        return self._acceptance.read_rest(seen)

    def _look_failed(self, batch: list[str], error: CutoverError) -> list[str]:
        """Return the IDs of *batch* to read again, after an error that affects all of them."""
        now = self._clock.now()
        self._blind_since = self._blind_since or now
        is_patient = self._has_looked and not self._may_wait and now - self._blind_since < PATIENCE
        if error.is_transient and is_patient:
            self._clock.sleep(PAUSE.total_seconds())
            return [server_id for server_id in batch if server_id not in self.results]
        self._settle_errors(dict.fromkeys(batch, error))
        return []

    def _settle_errors(self, errors: Mapping[str, CutoverError]) -> None:
        """Settle servers that could not be read; a fault that time cures does not replace an earlier result."""
        self._has_fault |= any(error.is_transient for error in errors.values())
        self._settle(
            self._unread(server_id, error)
            for server_id, error in errors.items()
            if not (error.is_transient and server_id in self.results)
        )

    def _unread(self, server_id: str, error: CutoverError) -> Result:
        """Return the result for a server that could not be read; a lost write matters more than a failed read."""
        lost, ready = self._writer.lost.get(server_id), self._ready.get(server_id)
        if error.is_transient and lost and ready:
            return failed_to_act(ready.evidence.server, ready.findings, lost)
        return failed(server_id, error)

    def _settle_final(self, batch: list[str], found: Found[SourceServer]) -> list[SourceServer]:
        """Settle the servers of *batch* that need no decision, and return the others."""
        self._settle_errors({id_: error for id_, error in found.errors.items() if id_ in batch})
        self._settle(not_found(id_) for id_ in batch if id_ not in found.items and id_ not in found.errors)
        servers = [found.items[id_] for id_ in batch if id_ in found.items]
        self._settle_finalized([server for server in servers if server.is_finalized])
        return [server for server in servers if not server.is_finalized]

    def _settle_finalized(self, servers: Collection[SourceServer]) -> None:
        """Settle *servers*, which are finalized."""
        self._settle(self._writer.finalized(each, (), changed=each.id in self._writer.unclear) for each in servers)

    def _judge(self, seen: EvidenceSet) -> dict[str, Ready]:
        """Settle servers that are not ready or not to be finalized, and return the others."""
        now = self._clock.now()
        ready = {}
        for server_id, evidence in seen.evidence.items():
            findings = self._acceptance.judge(evidence, now)
            if accepted := self._writer.accepted(server_id):
                self._settle([failed_to_act(evidence.server, findings, accepted)])
            elif obstacles := open_findings(findings):
                self._settle([not_ready(evidence.server, findings, obstacles)])
            else:
                self.results.pop(server_id, None)  # its earlier result is no longer true
                ready[server_id] = self._ready[server_id] = Ready(evidence, findings)
        return ready

    def _give_up(self, server_id: str) -> None:
        """Settle a server that was not reached, unless it has an earlier result."""
        if server_id in self.results:
            return
        error = self._writer.lost.get(server_id) or self._withdrawal
        if error is None and self._writer.pace.is_stuck:
            error = self._writer.throttled_by
        if ready := self._ready.get(server_id):
            words = f"Source server {server_id} was not finalized: too little time was left."
            self._settle([failed_to_act(ready.evidence.server, ready.findings, error or OutOfTimeError(words))])
        else:
            self._settle([failed(server_id, error or OutOfTimeError("Too little time was left to check it."))])

    @property
    def _may_wait(self) -> bool:
        return self._clock.now() < self._options.wait_until

    def _settle(self, results: Iterable[Result]) -> None:
        """Store *results*, and publish those that can no longer change."""
        found = {result.report.source_server_id: result for result in results}
        until = self._options.wait_until
        unsettled = {id_ for id_, result in found.items() if self._may_wait and result.can_change(until)}
        for server_id in found:
            self._options.window.end(server_id)
        with self._lock:
            self._has_fault |= any(result.cause and result.cause.is_transient for result in found.values())
            self.results |= found
            self.unsettled = self.unsettled - found.keys() | unsettled
        self._publish([result for id_, result in found.items() if id_ not in unsettled])
