"""The summary at the top of the page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finalize_cutover.cutover.audit.report import AuditOutcome
from finalize_cutover.cutover.report import Outcome

from . import words
from .audits import AuditRow, LeftoverRow, monthly_usd
from .rows import NO_RESULT, NOT_REACHED, ORDER, Row
from .words import count

MEANINGS = {
    Outcome.FINALIZED.value: "the cutover is finalized",
    Outcome.WOULD_FINALIZE.value: "dry run: every check passes",
    Outcome.SKIPPED.value: "not approved; nothing was changed",
    NOT_REACHED: "the time ran out; send the same request again to continue",
    Outcome.NOT_READY.value: "a check can still pass without a change; send the same request later",
    Outcome.BLOCKED.value: "a person must act before it can be finalized",
    Outcome.NOT_FOUND.value: "MGN does not know the ID",
    NO_RESULT: "requested, but no result was returned: check the servers in MGN",
    Outcome.FAILED.value: "an error occurred",
}
LEFT_BEHIND = {
    AuditOutcome.NOT_CHECKED,
    AuditOutcome.NOT_RUNNING,
    AuditOutcome.LEFT_BEHIND,
    AuditOutcome.NOT_FOUND,
    AuditOutcome.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """
    The top of the page.

    Attributes:
        headline: One sentence that states whether the wave is finalized.

        is_good: Whether no action is needed.

        counts: (outcome, number of servers, meaning), the most severe first.

        attention: Points that need attention, each as a sentence.

        places: (account, Region) of the servers, if known.

        finalized: First and last time of a finalization, as text; None if no server is finalized.
    """

    headline: str
    is_good: bool
    counts: tuple[tuple[str, int, str], ...]
    attention: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    finalized: tuple[str, str] | None


def summary_of(
    rows: Sequence[Row], audits: Sequence[AuditRow], leftovers: Sequence[LeftoverRow], *, nameless: int
) -> Summary:
    """Return the summary; *nameless* is the number of batches without a result and without the IDs of their servers."""
    counts = Counter(row.outcome for row in rows)
    attention = (*_attention_to_servers(rows, nameless), *_attention_to_audits(audits, leftovers))
    times = sorted(row.report.finalized_at for row in rows if row.report and row.report.finalized_at)
    return Summary(
        headline=_headline(counts, audits),
        is_good=not attention,
        counts=tuple((outcome, counts[outcome], MEANINGS[outcome]) for outcome in ORDER if counts[outcome]),
        attention=attention,
        places=tuple(sorted(set(_places(rows, audits)))),
        finalized=(words.moment(times[0]), words.moment(times[-1])) if times else None,
    )


def _headline(counts: Counter[str], audits: Sequence[AuditRow]) -> str:
    total, finalized = counts.total(), counts[Outcome.FINALIZED.value]
    would = counts[Outcome.WOULD_FINALIZE.value]
    if not total and not audits:
        return "The results contain no source server."
    if not total:
        bad = sum(row.report.outcome in LEFT_BEHIND for row in audits)
        return f"{count(len(audits), 'source server')} audited; {bad or 'none'} with a problem."
    if finalized == total:
        return "The source server is finalized." if total == 1 else f"All {total:,} source servers are finalized."
    unknown = counts[NO_RESULT]
    if would and not finalized and not unknown:
        return f"Dry run: {would:,} of {count(total, 'source server')} would be finalized; nothing was done."
    are = "is" if total == 1 else "are"
    others = {"not yet": total - finalized - unknown, "unknown": unknown}
    told = ", ".join(f"{number:,} {words}" for words, number in others.items() if number)
    return f"{finalized:,} of {count(total, 'source server')} {are} finalized; {told}."


def _attention_to_servers(rows: Sequence[Row], nameless: int) -> Iterator[str]:
    others = {Outcome.FINALIZED.value, Outcome.WOULD_FINALIZE.value, NO_RESULT}
    if unfinished := sum(row.outcome not in others for row in rows):
        yield f"{count(unfinished, 'source server')} not finalized: see the first rows of the table below."
    if unknown := sum(row.outcome == NO_RESULT for row in rows):
        yield f"{count(unknown, 'source server')} without a result: check in MGN whether they are finalized."
    if nameless:
        yield f"{count(nameless, 'batch')} without a result; the files do not name the source servers: check in MGN."
    if waived := [row for row in rows if row.waived]:
        rules = sum(len(row.waived) for row in waived)
        yield f"{count(rules, 'rule')} waived by the request on {count(len(waived), 'source server')}."
    if warned := [row for row in rows if row.warnings]:
        yield f"{count(sum(len(row.warnings) for row in warned), 'warning')} on {count(len(warned), 'source server')}."


def _attention_to_audits(audits: Sequence[AuditRow], leftovers: Sequence[LeftoverRow]) -> Iterator[str]:
    if leftovers:
        cost = words.usd(monthly_usd(leftovers))
        yield f"{count(len(leftovers), 'leftover')} that MGN should have deleted, for an estimated {cost} per month."
    if found := sum(row.report.outcome in LEFT_BEHIND for row in audits):
        yield f"{count(found, 'source server')} whose audit found a problem."


def _places(rows: Sequence[Row], audits: Sequence[AuditRow]) -> Iterator[tuple[str, str]]:
    arns = [row.report.arn for row in rows if row.report] + [row.report.arn for row in audits]
    for arn in filter(None, arns):
        parts = arn.split(":")  # arn:PARTITION:mgn:REGION:ACCOUNT:source-server/ID
        if len(parts) >= 6:
            yield parts[4], parts[3]
