"""What a request demands of readiness."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from finalize_cutover.cutover.evidence import Evidence

from .finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTag:
    """The tag that says a person has accepted the cutover; its value is never shown."""

    key: str
    value: str = field(repr=False)

    def is_on(self, tags: Mapping[str, str]) -> bool:
        """Whether *tags* hold it, value and all."""
        return tags.get(self.key) == self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessPolicy:
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


# What a rule finds in the evidence, under a policy, at an aware time.
Rule = Callable[[Evidence, ReadinessPolicy, datetime], Finding]
