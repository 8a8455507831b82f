"""The finding for a ready source server that others keep from being finalized."""

from collections.abc import Mapping

from finalize_cutover.cutover.readiness.finding import Finding, Verdict
from finalize_cutover.cutover.readiness.hints import HINTS
from finalize_cutover.cutover.report import Outcome

from .result import Result

# At most so many source servers are named in a reason; the others are counted.
NAMED = 3
# Outcomes that need a person, so that the others need not wait.
LASTING = frozenset({Outcome.BLOCKED, Outcome.SKIPPED, Outcome.NOT_FOUND})


def kept_back(rule: str, start: str, others: Mapping[str, Result]) -> Finding:
    """
    Return the finding of *rule* for a ready source server while others are neither final nor ready.

    Args:
        start: The first words of the reason.

        others: The results of the others, by the name that the reason gives them.
    """
    # First those that need a person.
    names = sorted(others, key=lambda name: not _lasts(others[name]))
    named, more = ", ".join(names[:NAMED]), len(others) - NAMED
    are = "is" if len(others) == 1 else "are"
    return Finding(
        rule=rule,
        verdict=Verdict.BLOCK if any(map(_lasts, others.values())) else Verdict.WAIT,
        reason=f"{start} {named}{f' and {more} more' if more > 0 else ''} {are} not ready",
        hint=HINTS[rule],
        passes_at=max((result.passes_at for result in others.values() if result.passes_at), default=None),
    )


def _lasts(result: Result) -> bool:
    """Whether the cause of *result* needs a person."""
    is_transient = result.cause is not None and result.cause.is_transient
    return result.report.outcome in LASTING or (result.report.outcome == Outcome.FAILED and not is_transient)
