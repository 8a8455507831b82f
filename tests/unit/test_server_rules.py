"""The rules about the current state of the source server and its instance."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.readiness.judge import judge
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from tests.unit.builders import INITIATED_AT, LAUNCHED_AT, NOW, READY, ready

PASS, WAIT, BLOCK = Verdict.PASS, Verdict.WAIT, Verdict.BLOCK
APPROVED = {"FinalizeCutover": "approved"}
INSTANCE, NEW_INSTANCE = READY["instance_id"], "i-0fedcba9876543210"


def finding(rule, evidence, **policy):
    findings = {finding.rule: finding for finding in judge(evidence, policy=ReadinessPolicy(**policy), now=NOW)}
    return findings[rule]


@pytest.mark.parametrize(
    ("rule", "verdict", "differences", "words"),
    [
        ("lifecycle", PASS, {}, "is CUTTING_OVER"),
        ("lifecycle", BLOCK, {"state": "READY_FOR_CUTOVER"}, "is READY_FOR_CUTOVER, not CUTTING_OVER"),
        ("lifecycle", BLOCK, {"state": "CUTOVER"}, "is CUTOVER, not"),
        ("lifecycle", BLOCK, {"state": "TESTING"}, "is TESTING, not"),
        ("lifecycle", BLOCK, {"state": "DISCONNECTED"}, "is DISCONNECTED, not"),
        ("lifecycle", BLOCK, {"state": "A_STATE_OF_2031"}, "is A_STATE_OF_2031, not"),
        ("lifecycle", BLOCK, {"state": "cutting_over"}, "is cutting_over, not"),
        ("lifecycle", BLOCK, {"state": None}, "is None, not"),
        ("not-archived", PASS, {}, "is not archived"),
        ("not-archived", BLOCK, {"is_archived": True}, "is archived"),
        ("not-archived", BLOCK, {"is_archived": None}, "does not say whether it is archived"),
        ("first-boot", PASS, {}, "SUCCEEDED"),
        ("first-boot", WAIT, {"first_boot": "WAITING"}, "is WAITING, not SUCCEEDED"),
        ("first-boot", WAIT, {"first_boot": "UNKNOWN"}, "is UNKNOWN, not SUCCEEDED"),
        ("first-boot", WAIT, {"first_boot": None}, "is UNKNOWN, not SUCCEEDED"),
        ("first-boot", WAIT, {"without": ["launched_instance"]}, "is UNKNOWN, not SUCCEEDED"),
        ("first-boot", BLOCK, {"first_boot": "STOPPED"}, "is STOPPED, not SUCCEEDED"),
        ("first-boot", BLOCK, {"first_boot": "REBOOTING"}, "is REBOOTING, not SUCCEEDED"),
        ("mgn-checks", PASS, {"checks": ()}, "ran no checks"),
        ("mgn-checks", PASS, {"without": ["launched_instance"]}, "ran no checks"),
        ("mgn-checks", PASS, {"checks": (("a", "PASSED"), ("b", "PASSED"))}, "all 2 MGN checks passed"),
        ("mgn-checks", WAIT, {"checks": (("a", "PASSED"), ("b", "PENDING"))}, "pending: b PENDING"),
        ("mgn-checks", BLOCK, {"checks": (("a", "FAILED"),)}, "have not passed: a FAILED"),
        ("mgn-checks", BLOCK, {"checks": (("a", "FAILED", "No boot loader."),)}, "a FAILED (No boot loader.)"),
        ("mgn-checks", BLOCK, {"checks": (("a", "PENDING"), ("b", "FAILED"))}, "b FAILED"),
        ("mgn-checks", BLOCK, {"checks": (("a", "FAILED"), ("a", "PASSED"))}, "a FAILED"),
        ("mgn-checks", BLOCK, {"checks": (("a", "SKIPPED"),)}, "a SKIPPED"),
        ("instance-status", PASS, {}, "is running, its status checks are ok, ok and ok"),
        ("instance-status", PASS, {"ec2_attached_ebs": None}, "is running, its status checks are ok and ok"),
        ("instance-status", PASS, {"ec2_attached_ebs": "not-applicable"}, "its status checks are ok and ok"),
        ("instance-status", WAIT, {"ec2_attached_ebs": "initializing"}, "ok, ok and initializing"),
        ("instance-status", WAIT, {"ec2_attached_ebs": "insufficient-data"}, "ok, ok and insufficient-data"),
        ("instance-status", BLOCK, {"ec2_attached_ebs": "impaired"}, "ok, ok and impaired"),
        ("instance-status", BLOCK, {"ec2_attached_ebs": "a-check-of-2031"}, "ok, ok and a-check-of-2031"),
        ("instance-status", BLOCK, {"ec2_application": "impaired"}, "its application status is impaired"),
        ("instance-status", PASS, {"ec2_application": "not-applicable"}, "its status checks are"),
        ("instance-present", PASS, {}, "its instance i-0123456789abcdef0 is running"),
        ("instance-present", PASS, {"ec2_state": "pending"}, "is pending"),
        ("instance-present", PASS, {"ec2_state": "stopping"}, "is stopping"),
        ("instance-present", PASS, {"ec2_state": "stopped"}, "is stopped"),
        ("instance-present", BLOCK, {"ec2_state": "shutting-down"}, "is shutting-down"),
        ("instance-present", BLOCK, {"ec2_state": "terminated"}, "is terminated"),
        ("instance-present", BLOCK, {"ec2_state": None}, "is None"),
        ("instance-present", BLOCK, {"without": ["instance"]}, "EC2 does not list its instance i-"),
        ("instance-present", BLOCK, {"without": ["instance"], "is_instance_read": False}, "EC2 could not be asked"),
        ("instance-present", BLOCK, {"without": ["launched_instance"]}, "it has no instance"),
        ("instance-status", WAIT, {"ec2_state": "pending", "ec2_system": "not-applicable"}, "is pending"),
        ("instance-status", WAIT, {"ec2_instance": "initializing"}, "ok, initializing and ok"),
        ("instance-status", WAIT, {"ec2_system": "initializing", "ec2_instance": "initializing"}, "initializing"),
        ("instance-status", WAIT, {"ec2_system": "insufficient-data"}, "insufficient-data, ok and ok"),
        ("instance-status", BLOCK, {"ec2_instance": "impaired"}, "ok, impaired and ok"),
        ("instance-status", BLOCK, {"ec2_system": "impaired"}, "impaired, ok and ok"),
        ("instance-status", BLOCK, {"ec2_system": "impaired", "ec2_instance": "initializing"}, "impaired"),
        ("instance-status", BLOCK, {"ec2_instance": "not-applicable"}, "not-applicable"),
        ("instance-status", BLOCK, {"ec2_instance": None}, "ok, None and ok"),
        ("instance-status", BLOCK, {"ec2_state": "stopped"}, "is stopped"),
        ("instance-status", BLOCK, {"ec2_state": "stopping", "ec2_instance": "initializing"}, "is stopping"),
        ("instance-status", BLOCK, {"ec2_state": "shutting-down"}, "is shutting-down"),
        ("instance-status", BLOCK, {"ec2_state": "terminated"}, "is terminated"),
        ("instance-status", BLOCK, {"ec2_state": "hibernated"}, "is hibernated"),
        (
            "instance-status",
            BLOCK,
            {"without": ["instance"]},
            "the EC2 status of its instance i-0123456789abcdef0 is unknown",
        ),
        ("instance-status", BLOCK, {"without": ["launched_instance"]}, "it has no instance"),
        (
            "instance-status",
            WAIT,
            {"without": ["launched_instance", "instance"], "job_status": "STARTED", "launch_status": "IN_PROGRESS"},
            "no instance yet",
        ),
    ],
)
def test_a_rule_says(rule, verdict, differences, words):
    found = finding(rule, ready(**differences))

    assert found.verdict == verdict
    assert words in found.reason


@pytest.mark.parametrize(
    ("verdict", "minutes", "differences", "words"),
    [
        (PASS, 0, {}, "no soak time is required"),
        (PASS, 0, {"job_ended_at": None, "initiated_at": None}, "no soak time is required"),
        (PASS, 44, {}, "45 minutes ago"),
        (PASS, 45, {}, "45 minutes ago, and the soak time is 45 minutes"),
        (WAIT, 46, {}, "45 minutes ago, and the soak time is 46 minutes"),
        (WAIT, 45, {"job_ended_at": LAUNCHED_AT + timedelta(seconds=1)}, "44 minutes ago"),
        (BLOCK, 1, {"job_ended_at": None}, "unknown when its launch ended, and the soak time is 1 minute"),
        (WAIT, 1, {"job_ended_at": None, "job_status": "STARTED"}, "unknown when its launch ended"),
        (BLOCK, 1, {"without": ["job"]}, "unknown when its launch ended"),
        (BLOCK, 1, {"without": ["last_cutover"]}, "unknown when its launch ended"),
        (WAIT, 1, {"job_ended_at": NOW + timedelta(hours=1)}, "-60 minutes ago"),
    ],
)
def test_soak_counts_from_the_end_of_the_launch_to_the_minute(verdict, minutes, differences, words):
    found = finding("soak", ready(**differences), soak_minutes=minutes)

    assert found.verdict == verdict
    assert words in found.reason


def test_soak_counts_from_the_end_of_the_job_not_from_its_start():
    assert INITIATED_AT < LAUNCHED_AT

    assert finding("soak", ready(), soak_minutes=50).verdict == WAIT


def test_events_that_ec2_has_scheduled_are_warnings():
    found = finding("instance-status", ready(ec2_events=("instance-retirement", "system-reboot")))

    assert found.verdict == PASS
    assert found.warnings == (
        "EC2 has scheduled instance-retirement for its instance i-0123456789abcdef0.",
        "EC2 has scheduled system-reboot for its instance i-0123456789abcdef0.",
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("READY_FOR_TEST", "Launch a cutover. You cannot waive this rule."),
        ("TESTING", "If the test instance is in production instead, call DisconnectFromService"),
        ("READY_FOR_CUTOVER", "If the test instance is in production instead, call DisconnectFromService"),
        ("DISCONNECTED", "archive the source server, or install the agent again"),
        ("CUTOVER", "Wait, and retry the request"),
    ],
)
def test_the_hint_about_a_lifecycle_state_fits_the_state(state, words):
    assert words in finding("lifecycle", ready(state=state)).hint


def test_an_instance_that_cannot_be_asked_for_has_its_own_hint():
    found = finding("instance-present", ready(without=["instance"], is_instance_read=False))

    assert found.hint.startswith("Use a member role; or waive instance-present and instance-status")
