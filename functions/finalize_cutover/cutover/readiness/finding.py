"""The result of a readiness check: a verdict and its reason."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """The verdict of a readiness check: passed, can pass later, needs a person, or waived by the request."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WAIT = "WAIT"
    BLOCK = "BLOCK"
    WAIVED = "WAIVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    The result of one rule.

    Attributes:
        rule: The rule's name; ``judge`` sets it.

        reason: Words that follow "Source server s-… cannot be finalized: ".

        warnings: Sentences about problems that do not prevent finalization.

        hint: What you can do about it; empty for a rule that passes.

        passes_at: Earliest time at which the rule can pass; None if it is unknown.
    """

    verdict: Verdict
    reason: str
    warnings: tuple[str, ...] = ()
    hint: str = ""
    passes_at: datetime | None = None
    rule: str = ""


def passes(reason: str, warnings: tuple[str, ...] = ()) -> Finding:
    """Return a finding with the verdict PASS."""
    return Finding(verdict=Verdict.PASS, reason=reason, warnings=warnings)


def waits(reason: str, *, hint: str = "", passes_at: datetime | None = None) -> Finding:
    """Return a finding with the verdict WAIT: the rule can pass later, but not before *passes_at*."""
    return Finding(verdict=Verdict.WAIT, reason=reason, hint=hint, passes_at=passes_at)


def blocks(reason: str, *, hint: str = "") -> Finding:
    """Return a finding with the verdict BLOCK: a person must act; *hint* replaces the rule's usual one."""
    return Finding(verdict=Verdict.BLOCK, reason=reason, hint=hint)
