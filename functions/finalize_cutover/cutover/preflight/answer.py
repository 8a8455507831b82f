"""The answer of a check, before it has its name."""

from dataclasses import dataclass

from finalize_cutover.cutover.errors import CutoverError

from .report import PreflightVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    The answer of a check.

    Attributes:
        reason: A sentence about what was found.

        hint: What you can do about it; empty if the check passes.
    """

    verdict: PreflightVerdict
    reason: str
    hint: str = ""


def passes(reason: str) -> Answer:
    """Return an answer with the verdict PASS."""
    return Answer(verdict=PreflightVerdict.PASS, reason=reason)


def warns(reason: str, hint: str) -> Answer:
    """Return an answer with the verdict WARN: it may not work, or nobody can know without a write."""
    return Answer(verdict=PreflightVerdict.WARN, reason=reason, hint=hint)


def fails(reason: str, hint: str) -> Answer:
    """Return an answer with the verdict FAIL."""
    return Answer(verdict=PreflightVerdict.FAIL, reason=reason, hint=hint)


def failed(error: CutoverError, hint: str = "") -> Answer:
    """Return the answer of a check that *error* ended; *hint* replaces that of the error."""
    return fails(str(error), hint or error.hint)
