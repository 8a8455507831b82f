"""The rules about what a person decided: by tags of the source server, or by its name in the request."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.readiness.finding import Finding, Verdict, blocks, passes, waits

from .hints import APPROVED_BY_NAME
from .policy import ReadinessPolicy, key_deviation, keys_like

NOT_BEFORE_TAG_KEY = "FinalizeCutoverNotBefore"


def hold(evidence: Evidence, policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Refuse a server that carries the hold tag, whatever its value and the case of its key."""
    if keys_like(policy.hold_tag_key, evidence.server.tags):
        return blocks(f"it carries the hold tag {policy.hold_tag_key}")
    return passes("it is not on hold")


def not_before(evidence: Evidence, _policy: ReadinessPolicy, now: datetime) -> Finding:
    """Require that the time in the tag ``FinalizeCutoverNotBefore`` has passed, if the server carries the tag."""
    tags = evidence.server.tags
    if deviation := key_deviation(NOT_BEFORE_TAG_KEY, tags):
        return blocks(deviation)
    if NOT_BEFORE_TAG_KEY not in tags:
        return passes(f"it carries no tag {NOT_BEFORE_TAG_KEY}")
    at = not_before_time(tags)
    if at is None:
        example = "2026-12-01T22:00:00Z"
        return blocks(f"the value of its tag {NOT_BEFORE_TAG_KEY} is not a time with a time zone, such as {example}")
    words = f"its tag {NOT_BEFORE_TAG_KEY} is {at:%Y-%m-%dT%H:%M:%SZ}"
    return passes(words) if now >= at else waits(words, passes_at=at)


def not_before_time(tags: Mapping[str, str]) -> datetime | None:
    """Return the ISO 8601 time in the tag ``FinalizeCutoverNotBefore``; None without one, or without a time zone."""
    try:
        time = datetime.fromisoformat(tags.get(NOT_BEFORE_TAG_KEY, ""))
        return time.astimezone(UTC) if time.tzinfo else None
    except (ValueError, OverflowError):
        return None


def approval(evidence: Evidence, policy: ReadinessPolicy, _now: datetime) -> Finding:
    """Require the approval of a person: by tag, or by source server ID and instance ID, or both."""
    findings = [*_approved_by_tag(evidence, policy), *_approved_by_name(evidence, policy)]
    blocking = [finding for finding in findings if finding.verdict != Verdict.PASS]
    reasons = "; ".join(finding.reason for finding in blocking or findings)
    return blocks(reasons, hint=blocking[0].hint) if blocking else passes(reasons or "no approval is required")


def _approved_by_tag(evidence: Evidence, policy: ReadinessPolicy) -> Iterator[Finding]:
    if policy.approval is None:
        return
    deviation = policy.approval_deviation(evidence.server)
    yield blocks(deviation) if deviation else passes(f"it carries the approval tag {policy.approval.key}")


def _approved_by_name(evidence: Evidence, policy: ReadinessPolicy) -> Iterator[Finding]:
    if policy.approved_instances is None:
        return
    server = evidence.server
    approved = policy.approved_instances.get(server.id)
    if approved is None:
        yield blocks("it is not in approvedInstances", hint=APPROVED_BY_NAME)
    elif server.instance_id == approved:
        yield passes(f"it was approved with its instance {approved}")
    else:
        # The approval covers only that instance, not the instance that replaced it.
        reason = f"instance {approved} was approved, but its instance is now {server.instance_id or 'none'}"
        yield blocks(reason, hint=APPROVED_BY_NAME)
