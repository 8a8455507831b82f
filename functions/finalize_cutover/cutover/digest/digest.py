"""
What a digest says: facts in, lists out, no side effects.

Nothing is stored: every digest is made from the current state of MGN and EC2.
"""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import msgspec

from finalize_cutover.cutover.audit.report import CALM, AuditReport, AuditVerdict
from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.report import FindingReport, Outcome, Report, whole_seconds
from finalize_cutover.cutover.source_server import SourceServer

from .facts import AccountFacts, Digest, DigestOptions
from .inert import inert
from .report import DigestServer, ListName

# https://aws.amazon.com/application-migration-service/pricing/
FREE_HOURS = 2160
HOUR = timedelta(hours=1)
LONGEST_NAME = 80  # characters

NEXT_SWEEP = "The next sweep finalizes them."
AUTOMATION_IS_OFF = "Automation is off: finalize them with a request, or set FinalizeOnLaunch to ENABLED."
LOW = "After the free hours, MGN charges for each hour of replication until the cutover is finalized."
LEFT = 'Before you delete anything, read "LeftoversFound" in docs/operations.md.'

LISTS = {
    Outcome.WOULD_FINALIZE: ListName.READY,
    Outcome.NOT_READY: ListName.WAITING,
    Outcome.BLOCKED: ListName.BLOCKED,
    Outcome.SKIPPED: ListName.UNAPPROVED,
    Outcome.FINALIZED: ListName.FINALIZED,
}
HOLD = "hold"


def digest_of(facts: AccountFacts, options: DigestOptions) -> Digest:
    """Return the digest of one account."""
    lists: defaultdict[ListName, list[DigestServer]] = defaultdict(list)
    for name, entry in itertools.chain(_judged(facts, options), _low(facts, options), _finalized(facts), _left(facts)):
        # A report without an ARN does not name the account.
        lists[name].append(msgspec.structs.replace(entry, account_id=entry.account_id or facts.account_id))
    unknown = sum(free_hours_left(server, facts.now) is None for server in facts.servers.values())
    notes = (f"The free hours of {unknown} source servers are unknown.",) if unknown else ()
    return Digest(
        lists={name: tuple(entries) for name, entries in lists.items()},
        in_cutover=len(facts.reports),
        staged_bytes=sum(sum(server.staged_bytes) for server in facts.servers.values()),
        problems=tuple(_named(inert(problem), facts.account_id) for problem in (*facts.problems, *notes)),
    )


def _named(problem: str, account_id: str | None) -> str:
    return f"Account {account_id}: {problem}" if account_id else problem


def merged(digests: Collection[Digest]) -> Digest:
    """Return the digest of several accounts."""
    lists = {name: [each for digest in digests for each in digest.lists.get(name, ())] for name in ListName}
    # Those that are left out, if the list is too long, are then the least urgent ones.
    lists[ListName.FREE_HOURS_LOW].sort(key=lambda server: server.free_hours_left or 0)
    return Digest(
        lists={name: tuple(servers) for name, servers in lists.items()},
        in_cutover=sum(digest.in_cutover for digest in digests),
        staged_bytes=sum(digest.staged_bytes for digest in digests),
        problems=tuple(problem for digest in digests for problem in digest.problems),
    )


def free_hours_left(server: SourceServer, now: datetime) -> int | None:
    """
    Return an estimate of the hours until MGN charges for the replication; None if MGN shows no start.

    AWS does not document whether ``elapsedReplicationDuration`` is what it charges by.
    """
    since_first_byte = now - server.first_byte_at if server.first_byte_at else None
    elapsed = since_first_byte if server.replicated_for is None else server.replicated_for
    return None if elapsed is None else min(FREE_HOURS, max(0, FREE_HOURS - elapsed // HOUR))


def _judged(facts: AccountFacts, options: DigestOptions) -> Iterator[tuple[ListName, DigestServer]]:
    for report in facts.reports:
        server = facts.servers.get(report.source_server_id)
        hours = free_hours_left(server, facts.now) if server else None
        found = sorted(_open(report), key=lambda finding: (finding.rule != HOLD, finding.verdict != Verdict.BLOCK))
        name = ListName.ON_HOLD if found and found[0].rule == HOLD else LISTS.get(report.outcome, ListName.NOT_CHECKED)
        if name == ListName.FINALIZED:
            yield name, _entry(report, finalized_at=report.finalized_at)
        elif name == ListName.READY:
            hint = AUTOMATION_IS_OFF if options.is_automation_off else NEXT_SWEEP
            yield name, _entry(report, hint=hint, free_hours_left=hours)
        elif found and not report.error:
            yield name, _entry(report, **_why(found), free_hours_left=hours)
        else:
            error = report.error
            why = {"reason": inert(error.message), "hint": inert(error.hint)} if error else {}
            yield name, _entry(report, **why, free_hours_left=hours)


def _open(report: Report) -> list[FindingReport]:
    return [finding for finding in report.readiness if finding.verdict in {Verdict.BLOCK, Verdict.WAIT}]


def _why(found: list[FindingReport]) -> dict[str, str]:
    """Return the first of the findings, and the number of the others."""
    first, others = found[0], len(found) - 1
    more = f" (and {others} more {'check' if others == 1 else 'checks'})" if others else ""
    return {"rule": first.rule, "reason": inert(first.reason) + more, "hint": inert(first.hint or "")}


def _low(facts: AccountFacts, options: DigestOptions) -> Iterator[tuple[ListName, DigestServer]]:
    hours = {id_: free_hours_left(server, facts.now) for id_, server in facts.servers.items()}
    low = {id_: left for id_, left in hours.items() if left is not None and left < options.warn_free_hours}
    for id_, left in low.items():
        yield ListName.FREE_HOURS_LOW, _entry(facts.servers[id_], hint=LOW, free_hours_left=left)


def _finalized(facts: AccountFacts) -> Iterator[tuple[ListName, DigestServer]]:
    for server in facts.finalized:
        yield ListName.FINALIZED, _entry(server, finalized_at=whole_seconds(server.finalized_at))


def _left(facts: AccountFacts) -> Iterator[tuple[ListName, DigestServer]]:
    for audit in facts.audits:
        if audit.outcome in CALM:
            continue
        reasons = [
            check.reason for check in audit.checks if check.verdict in {AuditVerdict.FAIL, AuditVerdict.NOT_CHECKED}
        ]
        words = "; ".join(reasons) or (audit.error.message if audit.error else audit.outcome)
        costs = [leftover.cost.monthly_usd for leftover in audit.leftovers if leftover.cost]
        yield (
            ListName.LEFT_BEHIND,
            _entry(
                audit,
                reason=inert(words),
                hint=LEFT if audit.leftovers else None,
                monthly_usd=round(sum(costs), 2) if costs else None,
                finalized_at=audit.finalized_at,
            ),
        )


def _entry(about: Report | AuditReport | SourceServer, **fields: object) -> DigestServer:
    server_id = about.id if isinstance(about, SourceServer) else about.source_server_id
    arn = (about.arn or "").split(":")
    return DigestServer(
        source_server_id=inert(server_id, most=LONGEST_NAME),
        hostname=inert(about.hostname, most=LONGEST_NAME) if about.hostname else None,
        account_id=inert(arn[4], most=LONGEST_NAME) if len(arn) > 5 else None,
        **fields,  # type: ignore[arg-type]
    )
