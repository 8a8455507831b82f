"""The readiness requirements of a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from finalize_cutover.cutover.evidence import Evidence

from .finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTag:
    """The tag with which a person approves a cutover; its value is never shown."""

    key: str
    value: str = field(repr=False)

    def is_on(self, tags: Mapping[str, str]) -> bool:
        """Whether *tags* contain its key and its value, and no key that differs only by case."""
        return not self.deviation(tags)

    def deviation(self, tags: Mapping[str, str]) -> str:
        """
        Return how *tags* deviate from it, in words without a value; empty if they contain it.

        IAM ignores the case of tag keys, so with two keys that differ only by case, it could compare the other value.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
        """
        alike = [key for key in tags if key.strip().casefold() == self.key.casefold()]
        if not alike:
            return f"it does not carry the approval tag {self.key}"
        if len(alike) > 1:
            return f"it carries several tags whose keys differ from {self.key} only by case or surrounding whitespace"
        if self.key not in tags:
            return f"the key of its tag differs from {self.key} only by case or surrounding whitespace"
        value = tags[self.key]
        if value == self.value:
            return ""
        if value.strip() == self.value:
            return f"the value of its approval tag {self.key} has surrounding whitespace"
        is_case = value.strip().casefold() == self.value.casefold()
        return f"the value of its approval tag {self.key} {'has another case' if is_case else 'is another one'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessPolicy:
    """
    What a request requires of a source server.

    Attributes:
        soak_minutes: Minimum age of the cutover launch, in minutes.

        waived: Names of the rules that do not have to pass.

        approval: The tag that a server must carry; None if no tag is required.

        approved_instances: ``{source server ID: launched instance ID}``, everything that a person has approved; None
            if the request has no such list.
    """

    soak_minutes: int = 0
    waived: frozenset[str] = frozenset()
    approval: ApprovalTag | None = None
    approved_instances: Mapping[str, str] | None = None


class OptionalRule(Protocol):
    """A rule that a request or the deployment switches on."""

    @property
    def name(self) -> str: ...
    @property
    def hint(self) -> str: ...
    def judge(self, fact: Any, evidence: Evidence, policy: ReadinessPolicy, now: datetime) -> Finding:
        """Return the finding for the source server of *evidence*; *fact* is what was read about it for this rule."""


# Evidence, policy and current time (aware) in; finding out.
Rule = Callable[[Evidence, ReadinessPolicy, datetime], Finding]
