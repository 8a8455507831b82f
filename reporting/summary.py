"""The summary at the top of the page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finalize_cutover.cutover.audit.report import CALM
from finalize_cutover.cutover.report import Outcome

from . import words
from .attention import Advice, Point, advice_on, points_on
from .audits import AuditRow, LeftoverRow
from .requests import people, required
from .row import INTENT_ONLY, NO_RESULT, NOT_REACHED, ORDER, Row
from .words import count

MEANINGS = {
    Outcome.FINALIZED.value: "the cutover is finalized",
    Outcome.WOULD_FINALIZE.value: "dry run: every check passes",
    Outcome.SKIPPED.value: "not approved; nothing was changed",
    NOT_REACHED: "the time ran out; send the same request again to continue",
    Outcome.NOT_READY.value: "a check can still pass without a change; send the same request later",
    Outcome.BLOCKED.value: "a person must act before it can be finalized",
    Outcome.NOT_FOUND.value: "MGN does not know the ID",
    INTENT_ONLY: "intent without a result: check MGN",
    NO_RESULT: "requested, but no result was returned: check the servers in MGN",
    Outcome.FAILED.value: "an error occurred",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """
    The top of the page.

    Attributes:
        headline: One sentence that states whether the wave is finalized.

        counts: (outcome, number of servers, meaning), the most severe first.

        attention: Points that need attention.

        advice: What to do about them.

        places: (account, Region) of the servers, if known.

        finalized: First and last time of a finalization, as text; None if no server is finalized.

        people: Who requested and approved the finalizations, according to the evidence, each once.

        required: What the requests required, according to the evidence, each once.
    """

    headline: str
    counts: tuple[tuple[str, int, str], ...]
    attention: tuple[Point, ...]
    advice: tuple[Advice, ...]
    places: tuple[tuple[str, str], ...]
    finalized: tuple[str, str] | None
    people: tuple[str, ...]
    required: tuple[str, ...]


def summary_of(
    rows: Sequence[Row], audits: Sequence[AuditRow], leftovers: Sequence[LeftoverRow], *, nameless: int
) -> Summary:
    """Return the summary; *nameless* is the number of batches without a result and without the IDs of their servers."""
    counts = Counter(row.outcome for row in rows)
    times = sorted(row.report.finalized_at for row in rows if row.report and row.report.finalized_at)
    return Summary(
        headline=" ".join(filter(None, (_headline(counts, audits), _doubt(rows)))),
        counts=tuple((outcome, counts[outcome], MEANINGS[outcome]) for outcome in ORDER if counts[outcome]),
        attention=points_on(rows, audits, leftovers, nameless=nameless),
        advice=advice_on(rows),
        places=tuple(sorted(set(_places(rows, audits)))),
        finalized=(words.moment(times[0]), words.moment(times[-1])) if times else None,
        people=tuple(dict.fromkeys(filter(None, (people(row.requested_by) for row in rows)))),
        required=tuple(dict.fromkeys(filter(None, map(required, rows)))),
    )


def _headline(counts: Counter[str], audits: Sequence[AuditRow]) -> str:
    total, finalized = counts.total(), counts[Outcome.FINALIZED.value]
    would = counts[Outcome.WOULD_FINALIZE.value]
    if not total and not audits:
        return "The results contain no source server."
    if not total:
        bad = sum(row.report.outcome not in CALM for row in audits)
        return f"{count(len(audits), 'source server')} audited; {bad or 'none'} with a problem."
    if finalized == total:
        return "The source server is finalized." if total == 1 else f"All {total:,} source servers are finalized."
    unknown = counts[NO_RESULT] + counts[INTENT_ONLY]
    if would and not finalized and not unknown:
        return f"Dry run: {would:,} of {count(total, 'source server')} would be finalized; nothing was done."
    are = "is" if total == 1 else "are"
    others = {"not yet": total - finalized - unknown, "unknown": unknown}
    told = ", ".join(f"{number:,} {words}" for words, number in others.items() if number)
    return f"{finalized:,} of {count(total, 'source server')} {are} finalized; {told}."


def _doubt(rows: Sequence[Row]) -> str:
    odd = sum(bool(row.problems) for row in rows)
    return f"Evidence on {count(odd, 'source server')} is incomplete or changed." if odd else ""


def _places(rows: Sequence[Row], audits: Sequence[AuditRow]) -> Iterator[tuple[str, str]]:
    arns = [row.report.arn for row in rows if row.report] + [row.report.arn for row in audits]
    for arn in filter(None, arns):
        parts = arn.split(":")  # arn:PARTITION:mgn:REGION:ACCOUNT:source-server/ID
        if len(parts) >= 6:
            yield parts[4], parts[3]
