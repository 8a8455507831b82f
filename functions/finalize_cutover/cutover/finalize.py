"""
The use case: look, decide, act once, verify.

``FinalizeCutover`` cannot be undone: replication stops, the agent uninstalls
itself, everything MGN used for replicating is deleted, and only the launched
instance stays.  Idempotency rests on MGN's own state, not on a table of ours.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from .act import archive, finalize_once, verify
from .errors import CutoverError, OutOfTimeError
from .evidence import Evidence
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
    """

    terms: Terms
    dry_run: bool = False
    archive: bool = False
    wait_until: datetime
    act_until: datetime
    mandate: Mandate | None = None
    has_waited: bool = False


def finalize(server_ids: Collection[str], *, order: Order, world: World) -> dict[str, Result]:
    """
    Finalize the cutover of those *server_ids* that are proven ready, each at most once.

    Servers that only have to wait are looked at again until ``order.wait_until``.

    Args:
        server_ids: Source server IDs, valid and distinct.

        order: What is asked for.

        world: Where to look and act.

    Returns:
        ``{ID: result}``, in the order of *server_ids*.  Nothing is raised: what keeps a server
        from being finalized, failures of the services included, is its result's ``cause``.
    """
    results: dict[str, Result] = {}
    waiting, has_waited = list(server_ids), False
    while True:
        results |= _round(waiting, order, world, has_waited=has_waited)
        waiting = [server_id for server_id in waiting if results[server_id].report.outcome == Outcome.NOT_READY]
        if not waiting or not _wait(order, world.clock):
            return results
        has_waited = True


def _wait(order: Order, clock: Clock) -> bool:
    """Wait until it is time to look again; return whether there was time for that."""
    seconds = (order.wait_until - clock.now()).total_seconds()
    if seconds <= 0:
        return False
    clock.sleep(min(SECONDS_BETWEEN_LOOKS, seconds))
    return True


def _round(server_ids: Collection[str], order: Order, world: World, *, has_waited: bool) -> dict[str, Result]:
    try:
        looked = look(server_ids, terms=order.terms, world=world)
    except CutoverError as error:
        if has_waited and error.retryable:
            return {}  # no news: what was known before stands
        return {server_id: failed(server_id, error) for server_id in server_ids}
    return {
        server_id: _conclude(looked[server_id], order, world, has_waited=has_waited)
        if server_id in looked
        else not_found(server_id)
        for server_id in server_ids
    }


def _conclude(evidence: Evidence, order: Order, world: World, *, has_waited: bool) -> Result:
    server = evidence.server
    if server.is_finalized:
        return _finalized(server, (), order, world, changed=False)
    findings = judge(evidence, terms=order.terms, now=world.clock.now())
    if obstacles := open_findings(findings):
        return not_ready(server, findings, obstacles)
    if order.dry_run:
        return Result(report=report_on(server, Outcome.WOULD_FINALIZE, readiness=findings_report(findings)))
    try:
        _check_still_wanted(server.id, order, world.clock, has_waited=has_waited)
        server, changed = finalize_once(server.id, world=world)
    except CutoverError as error:
        return failed_to_act(server, findings, error)
    return _finalized(server, findings, order, world, changed=changed)


def _check_still_wanted(server_id: str, order: Order, clock: Clock, *, has_waited: bool) -> None:
    if (has_waited or order.has_waited) and order.mandate:
        order.mandate.confirm()
    if clock.now() >= order.act_until:
        raise OutOfTimeError(f"Source server {server_id} was not finalized: too little time was left to do it safely.")


def _finalized(
    server: SourceServer, findings: tuple[Finding, ...], order: Order, world: World, *, changed: bool
) -> Result:
    warnings = verify(server)
    if order.archive and not order.dry_run and not server.is_archived:
        server, refusal = archive(server, world=world)
        warnings += refusal
    report = report_on(
        server, Outcome.FINALIZED, changed=changed, readiness=findings_report(findings), warnings=warnings
    )
    return Result(report=report)
