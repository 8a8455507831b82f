"""One request at work: what is final is settled, what is undecided is judged, what is ready is acted on."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from .act import archive, finalize_once, find_finalized, verify
from .consent import Consent
from .errors import CutoverError, OutOfTimeError
from .evidence import Evidence
from .fleet import act_on_all, is_throttled
from .look import World, look, read_servers
from .readiness import judge, open_findings
from .report import Outcome, findings_report, report_on
from .result import Result, failed, failed_to_act, not_found, not_ready
from .source_server import SourceServer
from .verdict import Finding

if TYPE_CHECKING:
    from .finalize import Order


class Work:
    """
    One request at work.

    Attributes:
        consent: Of the one who asked, who may have changed their mind.
    """

    def __init__(self, order: "Order", world: World) -> None:
        self._order = order
        self._world = world
        self.consent = Consent(order.mandate, clock=world.clock, has_waited=order.has_waited)

    def do(
        self, server_ids: Collection[str], known: Mapping[str, SourceServer], *, is_first_look: bool, is_further: bool
    ) -> dict[str, Result]:
        """
        Look at *server_ids*, decide about each, and act on those that are ready.

        Args:
            server_ids: As many as are looked at together.

            known: ``{ID: source server}`` as read a moment ago; may be empty.

            is_first_look: Whether nothing is known of them yet.

            is_further: Whether others were looked at just before, so that these may have come too late.

        Returns:
            ``{ID: result}``; after the first look, an ID is absent where there is no news of it.
        """
        try:
            if is_further and self._is_late:
                raise OutOfTimeError("Too little time was left to look at it.")
            servers = read_servers(server_ids, world=self._world, known=known)
        except CutoverError as error:
            return _unknown(server_ids, error, is_first_look=is_first_look)
        settled = {id_: not_found(id_) for id_ in server_ids if id_ not in servers}
        undecided = []
        for server in servers.values():
            if server.is_finalized:
                settled[server.id] = self._finalized(server, (), changed=False)
            else:
                undecided.append(server)
        return settled | self._decide(undecided, is_first_look=is_first_look)

    def _decide(self, servers: Collection[SourceServer], *, is_first_look: bool) -> dict[str, Result]:
        try:
            evidence = look(servers, terms=self._order.terms, world=self._world, until=self._order.act_until)
        except CutoverError as error:
            return _unknown([server.id for server in servers], error, is_first_look=is_first_look)
        now = self._world.clock.now()
        findings = {id_: judge(found, terms=self._order.terms, now=now) for id_, found in evidence.items()}
        settled = {id_: self._settle(found, findings[id_]) for id_, found in evidence.items()}
        ready = [id_ for id_, result in settled.items() if result is None]
        acted = act_on_all(ready, lambda id_: self._act(evidence[id_].server, findings[id_]))
        return {id_: result for id_, result in settled.items() if result} | acted | self._effected(acted, findings)

    def _settle(self, evidence: Evidence, findings: tuple[Finding, ...]) -> Result | None:
        """Return the result for a server that may not be acted on; None for one that is ready."""
        if obstacles := open_findings(findings):
            return not_ready(evidence.server, findings, obstacles)
        if self._order.dry_run:
            report = report_on(evidence.server, Outcome.WOULD_FINALIZE, readiness=findings_report(findings))
            return Result(report=report)
        return None

    def _act(self, server: SourceServer, findings: tuple[Finding, ...]) -> Result:
        try:
            self._check_time(server.id)
            self.consent.check()
            self._check_time(server.id)  # whoever was asked may have taken their time
            server, changed = finalize_once(server.id, world=self._world)
        except CutoverError as error:
            return failed_to_act(server, findings, error)
        return self._finalized(server, findings, changed=changed)

    def _effected(self, acted: Mapping[str, Result], findings: Mapping[str, tuple[Finding, ...]]) -> dict[str, Result]:
        """Return new results for those that were finalized, although MGN was too busy in the end to say so."""
        unclear = [server_id for server_id, result in acted.items() if is_throttled(result)]
        found = find_finalized(unclear, world=self._world) if unclear else {}
        return {id_: self._finalized(server, findings[id_], changed=True) for id_, server in found.items()}

    def _check_time(self, server_id: str) -> None:
        if self._is_late:
            raise OutOfTimeError(f"Source server {server_id} was not finalized: too little time was left for it.")

    @property
    def _is_late(self) -> bool:
        return self._world.clock.now() >= self._order.act_until

    def _finalized(self, server: SourceServer, findings: tuple[Finding, ...], *, changed: bool) -> Result:
        warnings = verify(server)
        if self._order.archive and not self._order.dry_run and not server.is_archived:
            server, refusal = self._archived(server)
            warnings += refusal
        report = report_on(
            server, Outcome.FINALIZED, changed=changed, readiness=findings_report(findings), warnings=warnings
        )
        return Result(report=report)

    def _archived(self, server: SourceServer) -> tuple[SourceServer, tuple[str, ...]]:
        """Mark *server* as archived while there is time: hundreds may have been finalized long ago."""
        if self._is_late:
            return server, ("It was not archived: too little time was left; ask again.",)
        return archive(server, world=self._world)


def _unknown(server_ids: Collection[str], error: CutoverError, *, is_first_look: bool) -> dict[str, Result]:
    """Report that *server_ids* could not be looked at, unless something is known of them, which then stands."""
    if error.retryable and not is_first_look:
        return {}
    return {server_id: failed(server_id, error) for server_id in server_ids}
