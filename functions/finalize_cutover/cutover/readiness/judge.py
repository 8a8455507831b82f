"""
Whether a cutover may be finalized: evidence in, findings out, no side effects.

``CUTTING_OVER`` alone proves little: MGN sets it when the launch is *requested*,
before an instance exists.  A launch with the status LAUNCHED may have used an
old snapshot, or its instance may not boot.  Replication need not be CONTINUOUS:
after you switch off the source, the correct state is STALLED.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.readiness.finding import Finding, Verdict, blocks

from . import launch_rules, server_rules, tag_rules
from .hints import HINTS
from .policy import OptionalRule, ReadinessPolicy, Rule

# In the order in which a person would check.
RULES: dict[str, Rule] = {
    "lifecycle": server_rules.lifecycle,
    "not-archived": server_rules.not_archived,
    "hold": tag_rules.hold,
    "not-before": tag_rules.not_before,
    "cutover-job": launch_rules.cutover_job,
    "job-log": launch_rules.job_log,
    "launched-instance": launch_rules.launched_instance,
    "instance-present": server_rules.instance_present,
    "first-boot": server_rules.first_boot,
    "mgn-checks": server_rules.mgn_checks,
    "post-launch-actions": launch_rules.post_launch_actions,
    "instance-status": server_rules.instance_status,
    "soak": server_rules.soak,
    "approval": tag_rules.approval,
}
# The optional rules come before these.
LAST = ("soak", "approval")

# A request cannot waive these: there is no cutover to finalize, or a person forbids it.
NEVER_WAIVED = frozenset({"lifecycle", "not-archived", "hold"})


def judge(
    evidence: Evidence, *, policy: ReadinessPolicy, now: datetime, optional: Collection[OptionalRule] = ()
) -> tuple[Finding, ...]:
    """
    Return one finding per rule, in the order of ``RULES``, with *optional* before ``LAST``.

    Args:
        evidence: Everything that was read about one source server.

        policy: What the request requires and waives.

        now: The current time, aware.

        optional: The optional rules that are switched on.
    """
    found = [named(rule(evidence, policy, now), name, HINTS[name], policy) for name, rule in RULES.items()]
    accepted = [named(_accepted(rule, evidence, policy, now), rule.name, rule.hint, policy) for rule in optional]
    return (*found[: -len(LAST)], *accepted, *found[-len(LAST) :])


def _accepted(rule: OptionalRule, evidence: Evidence, policy: ReadinessPolicy, now: datetime) -> Finding:
    # What was not read is not good.
    if rule.name not in evidence.acceptance:
        return blocks("what it rests on could not be read")
    return rule.judge(evidence.acceptance[rule.name], evidence, policy, now)


def named(found: Finding, name: str, hint: str, policy: ReadinessPolicy) -> Finding:
    """Return *found* as the finding of the rule *name*, with *hint* if it has none, and waived if *policy* says so."""
    waived = found.verdict != Verdict.PASS and name in policy.waived - NEVER_WAIVED
    hint = "" if found.verdict == Verdict.PASS else found.hint or hint
    return replace(found, rule=name, verdict=Verdict.WAIVED if waived else found.verdict, hint=hint)


def open_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that prevent finalization: first BLOCK, then WAIT."""
    return tuple(f for verdict in (Verdict.BLOCK, Verdict.WAIT) for f in findings if f.verdict == verdict)
