"""The readiness requirements of a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.source_server import SourceServer

from .finding import Finding

# The default of the template's parameter.
HOLD_TAG_KEY = "FinalizeCutoverHold"


def keys_like(key: str, tags: Mapping[str, str]) -> list[str]:
    """
    Return the keys in *tags* that equal *key*, or differ only by case or surrounding whitespace.

    IAM ignores the case of tag keys, so with two keys that differ only by case, it could compare the other value.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
    """
    return [each for each in tags if each.strip().casefold() == key.casefold()]


def key_deviation(key: str, tags: Mapping[str, str]) -> str:
    """Return how the keys in *tags* that are like *key* deviate from it; empty if it is the only one, or none is."""
    alike = keys_like(key, tags)
    if len(alike) > 1:
        return f"it carries several tags whose keys differ from {key} only by case or surrounding whitespace"
    if alike and key not in tags:
        return f"the key of its tag differs from {key} only by case or surrounding whitespace"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTag:
    """
    The tag with which a person approves a cutover; its value is never shown.

    Attributes:
        value: The required value; None requires the ID of the launched instance, so that a new launch voids the
            approval.
    """

    key: str
    value: str | None = field(repr=False)

    def deviation(self, server: SourceServer) -> str:
        """Return how the tags of *server* deviate from it, in words without a value; empty if it carries the tag."""
        if not keys_like(self.key, server.tags):
            return f"it does not carry the approval tag {self.key}"
        return key_deviation(self.key, server.tags) or self._value_deviation(server)

    def _value_deviation(self, server: SourceServer) -> str:
        value, required = server.tags[self.key], self.value or server.instance_id
        if required is None:
            return f"it has no launched instance that its approval tag {self.key} could name"
        if value == required:
            return ""
        if value.strip() == required:
            return f"the value of its approval tag {self.key} has surrounding whitespace"
        if value.strip().casefold() == required.casefold():
            return f"the value of its approval tag {self.key} has another case"
        if self.value is None:
            return f"the value of its approval tag {self.key} is not the ID of its launched instance {required}"
        return f"the value of its approval tag {self.key} is another one"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessPolicy:
    """
    What a request requires of a source server.

    Attributes:
        soak_minutes: Minimum age of the cutover launch, in minutes.

        waived: Names of the rules that do not have to pass.

        hold_tag_key: Key of the tag with which a person forbids to finalize a server.

        approval: The tag that a server must carry; None if no tag is required.

        approved_instances: ``{source server ID: launched instance ID}``, everything that a person has approved; None
            if the request has no such list.
    """

    soak_minutes: int = 0
    waived: frozenset[str] = frozenset()
    hold_tag_key: str = HOLD_TAG_KEY
    approval: ApprovalTag | None = None
    approved_instances: Mapping[str, str] | None = None

    def approved_instance_of(self, server: SourceServer) -> str | None:
        """Return the ID of the launched instance that a person has approved for *server*; None for none."""
        return (self.approved_instances or {}).get(server.id)

    def approval_deviation(self, server: SourceServer) -> str:
        """Return how *server* deviates from the approval tag; empty if it carries it, or if no tag is required."""
        return self.approval.deviation(server) if self.approval else ""


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
