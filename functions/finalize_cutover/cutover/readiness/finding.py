"""What a readiness check finds: a verdict and its reason."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a rule says: go on, time may cure it, a person must, or it was waived by the request."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WAIT = "WAIT"
    BLOCK = "BLOCK"
    WAIVED = "WAIVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    What a rule says about the evidence.

    Attributes:
        rule: The rule's name; ``judge`` fills it in.

        reason: Words that follow "Source server s-… cannot be finalized: ".

        warnings: Sentences about what does not stand in the way and should be known all the same.
    """

    verdict: Verdict
    reason: str
    warnings: tuple[str, ...] = ()
    rule: str = ""


def passes(reason: str, warnings: tuple[str, ...] = ()) -> Finding:
    """Return that nothing stands in the way."""
    return Finding(verdict=Verdict.PASS, reason=reason, warnings=warnings)


def waits(reason: str) -> Finding:
    """Return that time may cure it."""
    return Finding(verdict=Verdict.WAIT, reason=reason)


def blocks(reason: str) -> Finding:
    """Return that a person must act."""
    return Finding(verdict=Verdict.BLOCK, reason=reason)
