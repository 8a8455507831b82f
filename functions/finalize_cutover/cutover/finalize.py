"""
The use case: look, decide, act once, verify.

``FinalizeCutover`` cannot be undone: replication stops, the agent uninstalls
itself, everything MGN used for replicating is deleted, and only the launched
instance stays.  Idempotency rests on MGN's own state, not on a table of ours.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from .act import archive, finalize_once, verify
from .consent import Consent
from .errors import CutoverError, OutOfTimeError
from .evidence import Evidence
from .fleet import act_on_all, in_batches
from .look import World, look
from .ports import Clock, Mandate
from .readiness import judge, open_findings
from .report import Outcome, findings_report, report_on
from .result import Result, failed, failed_to_act, not_found, not_ready
from .source_server import SourceServer
from .verdict import Finding, Terms

SECONDS_BETWEEN_LOOKS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What is asked for, beside the servers.

    Attributes:
        terms: What is asked of readiness.

        dry_run: Decide, but do not act.

        archive: Mark finalized servers as archived.

        wait_until: Until when verdicts that say WAIT are looked at again.

        act_until: When it is too late to begin a write.

        mandate: Asked after a wait, before acting; None where nobody can withdraw.

        has_waited: Whether the request had waited before it came to us, as one that Lambda runs again has.

        is_doubtful: Whether it may have been withdrawn from the start.
    """

    terms: Terms
    dry_run: bool = False
    archive: bool = False
    wait_until: datetime
    act_until: datetime
    mandate: Mandate | None = None
    has_waited: bool = False
    is_doubtful: bool = False


def finalize(
    server_ids: Collection[str], *, order: Order, world: World, known: Mapping[str, SourceServer] | None = None
) -> dict[str, Result]:
    """
    Finalize the cutover of those *server_ids* that are proven ready, each at most once.

    Servers that only have to wait are looked at again until ``order.wait_until``.

    Args:
        server_ids: Source server IDs, valid and distinct.

        order: What is asked for.

        world: Where to look and act.

        known: ``{ID: source server}`` as read a moment ago, so that the first look need not read them again.

    Returns:
        ``{ID: result}``, in the order of *server_ids*.  Nothing is raised: what keeps a server
        from being finalized, failures of the services included, is its result's ``cause``.
    """
    results: dict[str, Result] = {}
    waiting, known = list(server_ids), known or {}
    work = _Work(order, world)
    while True:
        for batch in in_batches(waiting):
            results |= work.do(batch, known, is_first_look=batch[0] not in results)
            known = {}
        waiting = [server_id for server_id in waiting if results[server_id].report.outcome == Outcome.NOT_READY]
        if not waiting or not _wait(order, world.clock):
            return {server_id: results[server_id] for server_id in server_ids}
        work.consent.note_wait()


def _wait(order: Order, clock: Clock) -> bool:
    """Wait until it is time to look again; return whether there was time for that."""
    seconds = (order.wait_until - clock.now()).total_seconds()
    if seconds <= 0:
        return False
    clock.sleep(min(SECONDS_BETWEEN_LOOKS, seconds))
    return True


class _Work:
    """One request at work."""

    def __init__(self, order: Order, world: World) -> None:
        self._order = order
        self._world = world
        self.consent = Consent(
            order.mandate, since=world.clock.now(), has_waited=order.has_waited, is_doubtful=order.is_doubtful
        )

    def do(
        self, server_ids: Collection[str], known: Mapping[str, SourceServer], *, is_first_look: bool
    ) -> dict[str, Result]:
        """Look at *server_ids*, decide about each, and act on those that are ready."""
        try:
            evidence = look(server_ids, terms=self._order.terms, world=self._world, known=known)
        except CutoverError as error:
            if error.retryable and not is_first_look:
                return {}  # no news: what was known before stands
            return {server_id: failed(server_id, error) for server_id in server_ids}
        now = self._world.clock.now()
        findings = {id_: judge(found, terms=self._order.terms, now=now) for id_, found in evidence.items()}
        settled = {id_: self._settle(found, findings[id_]) for id_, found in evidence.items()}
        ready = [id_ for id_, result in settled.items() if result is None]
        acted = act_on_all(ready, lambda id_: self._act(evidence[id_].server, findings[id_]))
        missing = {id_: not_found(id_) for id_ in server_ids if id_ not in evidence}
        return missing | {id_: result for id_, result in settled.items() if result} | acted

    def _settle(self, evidence: Evidence, findings: tuple[Finding, ...]) -> Result | None:
        """Return the result for a server that needs no act, or may have none; None for one that is ready."""
        if evidence.server.is_finalized:
            return self._finalized(evidence.server, (), changed=False)
        if obstacles := open_findings(findings):
            return not_ready(evidence.server, findings, obstacles)
        if self._order.dry_run:
            report = report_on(evidence.server, Outcome.WOULD_FINALIZE, readiness=findings_report(findings))
            return Result(report=report)
        return None

    def _act(self, server: SourceServer, findings: tuple[Finding, ...]) -> Result:
        now = self._world.clock.now()
        try:
            if now >= self._order.act_until:
                raise OutOfTimeError(f"Source server {server.id} was not finalized: too little time was left for it.")
            self.consent.check(now)
            server, changed = finalize_once(server.id, world=self._world)
        except CutoverError as error:
            return failed_to_act(server, findings, error)
        return self._finalized(server, findings, changed=changed)

    def _finalized(self, server: SourceServer, findings: tuple[Finding, ...], *, changed: bool) -> Result:
        warnings = verify(server)
        if self._order.archive and not self._order.dry_run and not server.is_archived:
            server, refusal = archive(server, world=self._world)
            warnings += refusal
        report = report_on(
            server, Outcome.FINALIZED, changed=changed, readiness=findings_report(findings), warnings=warnings
        )
        return Result(report=report)
