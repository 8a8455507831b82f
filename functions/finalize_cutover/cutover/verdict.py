"""The words of a decision: verdict, reason, and the terms under which a request wants it made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .evidence import Evidence


class Verdict(StrEnum):
    """What a rule says: go on, time may cure it, a person must, or it was waived by the request."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WAIT = "WAIT"
    BLOCK = "BLOCK"
    WAIVED = "WAIVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTag:
    """The tag that says a person has accepted the cutover; its value is never shown."""

    key: str
    value: str = field(repr=False)

    def is_on(self, tags: Mapping[str, str]) -> bool:
        """Whether *tags* hold it, value and all."""
        return tags.get(self.key) == self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    What a request asks of readiness.

    Attributes:
        soak_minutes: Least age of the cutover launch, in minutes.

        waived: Names of the rules that may be broken.

        approval: The tag a server must carry; None where nobody asks for it.

        approved_instances: ``{source server ID: launched instance ID}``, all that a person has approved; None where
            the request does not say.
    """

    soak_minutes: int = 0
    waived: frozenset[str] = frozenset()
    approval: ApprovalTag | None = None
    approved_instances: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """
    A rule's verdict and its reason, in words that follow "Source server s-… cannot be finalized: ".

    Attributes:
        warnings: Sentences about what does not stand in the way and should be known all the same.
    """

    verdict: Verdict
    reason: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule's opinion in the report."""

    rule: str
    verdict: Verdict
    reason: str
    warnings: tuple[str, ...] = ()


# A rule forms an opinion about the evidence, under the terms, at an aware time.
Rule = Callable[[Evidence, Terms, datetime], Opinion]


def passes(reason: str, warnings: tuple[str, ...] = ()) -> Opinion:
    """Say that nothing stands in the way."""
    return Opinion(Verdict.PASS, reason, warnings)


def waits(reason: str) -> Opinion:
    """Say that time may cure it."""
    return Opinion(Verdict.WAIT, reason)


def blocks(reason: str) -> Opinion:
    """Say that a person must act."""
    return Opinion(Verdict.BLOCK, reason)
