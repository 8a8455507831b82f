"""The table of rules: its order, its policy, and the reasons against a finalization."""

import pytest

from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.readiness.judge import NEVER_WAIVED, RULES, judge, open_findings
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from tests.unit.builders import APPROVAL, NOW, action, logged, ready

ORDER = [
    "lifecycle",
    "not-archived",
    "hold",
    "not-before",
    "cutover-job",
    "job-log",
    "launched-instance",
    "instance-present",
    "first-boot",
    "mgn-checks",
    "post-launch-actions",
    "instance-status",
    "soak",
    "approval",
]

APPROVED = {APPROVAL.key: APPROVAL.value}
# For each rule, evidence that breaks only this rule.
BROKEN = {
    "lifecycle": {"state": "TESTING"},
    "not-archived": {"is_archived": True},
    "hold": {"tags": {**APPROVED, "FinalizeCutoverHold": ""}},
    "not-before": {"tags": {**APPROVED, "FinalizeCutoverNotBefore": "2026-11-24T00:00Z"}},
    "cutover-job": {"job_initiated_by": "START_TEST"},
    "job-log": {"log": [logged("SNAPSHOT_FAIL")]},
    "launched-instance": {"launch_instance": "i-0fedcba9876543210"},
    "instance-present": {"without": ["instance"], "is_instance_read": False},
    "first-boot": {"first_boot": "WAITING"},
    "mgn-checks": {"checks": (("Boot", "FAILED"),)},
    "post-launch-actions": {"actions": (action("FAILED"),)},
    "instance-status": {"ec2_instance": "impaired"},
    "soak": {"job_ended_at": NOW},
    "approval": {"tags": {}},
}
# An instance that is gone has no status, either.
ALSO_BROKEN = {"instance-present": ["instance-status"]}
STRICT = {"soak_minutes": 30, "approval": APPROVAL}


def strictly_ready(**differences):
    return ready(**{"tags": APPROVED, **differences})


def test_every_rule_of_the_table_is_asked_in_the_order_in_which_a_person_would_look():
    findings = judge(ready(), policy=ReadinessPolicy(), now=NOW)

    assert [finding.rule for finding in findings] == ORDER


def test_a_ready_server_passes_every_rule():
    findings = judge(strictly_ready(), policy=ReadinessPolicy(**STRICT), now=NOW)

    assert {finding.verdict for finding in findings} == {Verdict.PASS}


@pytest.mark.parametrize("state", ["STALLED", "CONTINUOUS", "BACKLOG", None])
def test_replication_may_be_in_any_state_because_a_source_may_have_been_switched_off(state):
    findings = judge(ready(replication_state=state), policy=ReadinessPolicy(), now=NOW)

    assert open_findings(findings) == ()


@pytest.mark.parametrize("rule", ORDER)
def test_each_rule_alone_keeps_the_cutover_from_being_finalized(rule):
    findings = judge(strictly_ready(**BROKEN[rule]), policy=ReadinessPolicy(**STRICT), now=NOW)

    assert [finding.rule for finding in open_findings(findings)] == [rule, *ALSO_BROKEN.get(rule, [])]


@pytest.mark.parametrize("rule", sorted(set(ORDER) - NEVER_WAIVED))
def test_a_waived_rule_is_recorded_with_its_reason_and_stands_in_nobodys_way(rule):
    evidence = strictly_ready(**BROKEN[rule])
    reasons = {f.rule: f.reason for f in judge(evidence, policy=ReadinessPolicy(**STRICT), now=NOW)}

    findings = judge(evidence, policy=ReadinessPolicy(**STRICT, waived=frozenset({rule})), now=NOW)

    assert [f.rule for f in open_findings(findings)] == ALSO_BROKEN.get(rule, [])
    assert [f.rule for f in findings if f.verdict == Verdict.WAIVED] == [rule]
    assert [f.reason for f in findings if f.rule == rule] == [reasons[rule]]


@pytest.mark.parametrize("rule", sorted(NEVER_WAIVED))
def test_without_a_cutover_in_sight_no_waiver_helps(rule):
    findings = judge(strictly_ready(**BROKEN[rule]), policy=ReadinessPolicy(**STRICT, waived=frozenset(RULES)), now=NOW)

    assert [(f.rule, f.verdict) for f in open_findings(findings)] == [(rule, Verdict.BLOCK)]


def test_exactly_three_rules_are_never_waived():
    assert {"lifecycle", "not-archived", "hold"} == NEVER_WAIVED


def test_a_waiver_of_a_rule_that_passes_leaves_it_at_that():
    findings = judge(ready(), policy=ReadinessPolicy(waived=frozenset(RULES)), now=NOW)

    assert {finding.verdict for finding in findings} == {Verdict.PASS}


def test_what_blocks_is_told_before_what_waits():
    findings = judge(ready(first_boot="WAITING", ec2_instance="impaired"), policy=ReadinessPolicy(), now=NOW)

    assert [finding.rule for finding in open_findings(findings)] == ["instance-status", "first-boot"]
