"""The rules about the launch of the cutover."""

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.readiness.judge import RULES, judge, open_findings
from finalize_cutover.cutover.readiness.launch_rules import HARMLESS, KNOWN_EVENTS
from finalize_cutover.cutover.readiness.policy import ReadinessPolicy
from tests.unit.builders import (
    INITIATED_AT,
    INSTANCE,
    JOB,
    LAUNCHED_AT,
    NOW,
    OTHER_INSTANCE,
    OTHER_JOB,
    OTHER_SERVER,
    SERVER,
    action,
    logged,
    ready,
)

FAILURES = [
    *("SNAPSHOT_FAIL", "USING_PREVIOUS_SNAPSHOT", "CONVERSION_FAIL", "LAUNCH_FAILED", "SERVER_SKIPPED", "JOB_CANCEL"),
    *(
        "BOOT_FAILED",
        "FSX_SNAPSHOT_FAIL",
        "SNAPSHOT_FAILED",
        "snapshot_fail",
        "snapshot_end",
        "JOB_STARTED",
        "None",
        "",
    ),
]
PASS, WAIT, BLOCK = Verdict.PASS, Verdict.WAIT, Verdict.BLOCK
LAUNCHING = {"job_status": "STARTED", "launch_status": "IN_PROGRESS"}
NOT_LAUNCHED_YET = {**LAUNCHING, "without": ["launched_instance", "instance"]}
TEST_INSTANCE = {"instance_id": OTHER_INSTANCE, "instance_job": OTHER_JOB}


def finding(rule, evidence):
    findings = {finding.rule: finding for finding in judge(evidence, policy=ReadinessPolicy(), now=NOW)}
    return findings[rule]


@pytest.mark.parametrize(
    ("verdict", "differences", "words"),
    [
        (PASS, {}, f"its cutover job {JOB} is COMPLETED and its launch status is LAUNCHED"),
        (PASS, {"reverted_at": INITIATED_AT.replace(day=1)}, "COMPLETED"),
        (WAIT, {"job_status": "PENDING", "launch_status": "PENDING"}, "is PENDING"),
        (WAIT, {"job_status": "STARTED", "launch_status": "PENDING"}, "is PENDING"),
        (WAIT, {"job_status": "STARTED", "launch_status": "IN_PROGRESS"}, "is IN_PROGRESS"),
        (WAIT, {"job_status": "PENDING"}, f"job {JOB} is PENDING"),
        (WAIT, {"job_status": "STARTED"}, f"job {JOB} is STARTED"),
        (WAIT, {"launch_status": "PENDING"}, "is PENDING"),
        (WAIT, {"launch_status": "IN_PROGRESS"}, "is IN_PROGRESS"),
        (WAIT, {"job_status": "PENDING", "launch_status": None}, f"job {JOB} is PENDING"),
        (WAIT, {"job_status": "STARTED", "without": ["launch"]}, f"job {JOB} is STARTED"),
        (BLOCK, {"without": ["last_cutover"]}, "no cutover was ever started"),
        (BLOCK, {"cutover_job": None}, "no cutover was ever started"),
        (BLOCK, {"reverted_at": LAUNCHED_AT}, "was reverted"),
        (BLOCK, {"reverted_at": INITIATED_AT}, "was reverted"),
        (BLOCK, {"reverted_at": LAUNCHED_AT, "initiated_at": None}, "was reverted"),
        (BLOCK, {"has_reverted": True}, "was reverted at an unknown time"),
        (BLOCK, {"finalized_at": LAUNCHED_AT}, "MGN shows that its last cutover was finalized before"),
        (BLOCK, {"finalized_at": INITIATED_AT.replace(day=1)}, "was finalized before"),
        (BLOCK, {"has_finalized": True}, "was finalized before"),
        (BLOCK, {"is_named_twice": True}, f"job {JOB} lists it more than once"),
        (BLOCK, {"job_ended_at": INITIATED_AT - timedelta(seconds=1)}, "ended before the cutover was started"),
        (PASS, {"job_ended_at": INITIATED_AT}, "COMPLETED"),
        (PASS, {"job_ended_at": None}, "COMPLETED"),
        (BLOCK, {"without": ["job"]}, f"MGN does not list its cutover job {JOB}"),
        (BLOCK, {"job_type": "TERMINATE"}, "is a TERMINATE by START_CUTOVER"),
        (BLOCK, {"job_initiated_by": "START_TEST"}, "is a LAUNCH by START_TEST"),
        (BLOCK, {"job_initiated_by": "DIAGNOSTIC"}, "is a LAUNCH by DIAGNOSTIC"),
        (BLOCK, {"job_type": None}, "is a None by START_CUTOVER"),
        (BLOCK, {"without": ["launch"]}, "does not include it"),
        (BLOCK, {"launch_status": "FAILED"}, "is COMPLETED and its launch status is FAILED"),
        (BLOCK, {"launch_status": "TERMINATED"}, "is COMPLETED and its launch status is TERMINATED"),
        (BLOCK, {"job_status": "STARTED", "launch_status": "FAILED"}, "its launch status is FAILED"),
        (BLOCK, {"launch_status": "RETRYING"}, "its launch status is RETRYING"),
        (BLOCK, {"launch_status": None}, "its launch status is None"),
        (BLOCK, {"job_status": "CANCELLED"}, "is CANCELLED and its launch status is LAUNCHED"),
        (BLOCK, {"job_status": "CANCELLED", "launch_status": "PENDING"}, "is CANCELLED"),
        (BLOCK, {"job_status": None}, "is None and its launch status is LAUNCHED"),
    ],
)
def test_cutover_job_is_the_last_cutovers_and_has_launched_this_server(verdict, differences, words):
    found = finding("cutover-job", ready(**differences))

    assert found.verdict == verdict
    assert words in found.reason


@pytest.mark.parametrize(
    ("verdict", "log", "words"),
    [
        (PASS, [logged("JOB_START", None)], "contains no failure"),
        (BLOCK, [], "the log of its cutover job mgnjob-0123456789abcdef0 is empty"),
        (PASS, [logged("JOB_START", None), logged("SNAPSHOT_END"), logged("LAUNCH_END"), logged("JOB_END", None)], ""),
        (BLOCK, [logged("AN_EVENT_OF_2031")], "contains AN_EVENT_OF_2031"),
        (PASS, [logged("SNAPSHOT_FAIL", OTHER_SERVER)], "contains no failure"),
        *[(BLOCK, [logged("JOB_START", None), logged(event)], f"contains {event}") for event in FAILURES],
        *[(BLOCK, [logged(event, None)], f"contains {event}") for event in FAILURES],
        (BLOCK, [logged("SNAPSHOT_END", has_error=True)], "contains SNAPSHOT_END (with an error)"),
        (BLOCK, [logged("JOB_END", None, has_error=True)], "contains JOB_END (with an error)"),
        (PASS, [logged("SNAPSHOT_END", OTHER_SERVER, has_error=True)], "contains no failure"),
        (BLOCK, [logged("SNAPSHOT_FAIL", attempt=(2, 5))], "contains SNAPSHOT_FAIL (attempt 2 of 5)"),
        (BLOCK, [logged("SNAPSHOT_FAIL", attempt=(2, None))], "contains SNAPSHOT_FAIL (attempt 2)"),
        (
            BLOCK,
            [logged("BOOT_FAILED", attempt=(1, 3), has_error=True)],
            "contains BOOT_FAILED (attempt 1 of 3)",
        ),
        (BLOCK, [logged("JOB_CANCEL", None)], "contains JOB_CANCEL"),
        (BLOCK, [logged("LAUNCH_FAILED", OTHER_SERVER), logged("SNAPSHOT_FAIL")], "contains SNAPSHOT_FAIL"),
        (
            BLOCK,
            [logged("SNAPSHOT_FAIL"), logged("SNAPSHOT_FAIL"), logged("USING_PREVIOUS_SNAPSHOT")],
            "contains SNAPSHOT_FAIL, USING_PREVIOUS_SNAPSHOT",
        ),
    ],
)
def test_job_log_shows_what_the_jobs_status_hides(verdict, log, words):
    found = finding("job-log", ready(log=log))

    assert found.verdict == verdict
    assert words in found.reason


@pytest.mark.parametrize("event", ["LAUNCH_END", "FSX_SNAPSHOT_START", HARMLESS])
@pytest.mark.parametrize("server_id", [SERVER, None])
def test_what_began_or_ended_and_is_not_in_the_model_passes_with_a_warning(event, server_id):
    found = finding("job-log", ready(log=[logged(event, server_id), logged("JOB_END", None)]))

    assert found.verdict == PASS
    assert found.warnings == (f"The cutover job log contains {event}, which does not block.",)


def test_the_clean_up_of_an_older_test_may_fail_whatever_it_says():
    found = finding("job-log", ready(log=[logged(HARMLESS, has_error=True, attempt=(3, 3))]))

    assert found.verdict == PASS
    assert found.warnings == ("The cutover job log contains CLEANUP_FAIL (attempt 3 of 3), which does not block.",)


def test_the_known_events_are_those_of_the_apis_model():
    enum = boto3.session.Session().client("mgn").meta.service_model.shape_for("JobLogEvent").enum

    assert set(enum) == KNOWN_EVENTS


@pytest.mark.parametrize(
    ("verdict", "differences", "words"),
    [
        (PASS, {}, f"{INSTANCE} was launched by its last cutover"),
        (WAIT, NOT_LAUNCHED_YET, "has not been launched yet"),
        (WAIT, {**LAUNCHING, "instance_id": None}, "has not been launched yet"),
        (WAIT, {**LAUNCHING, **TEST_INSTANCE}, "has not been launched yet"),
        (WAIT, {**LAUNCHING, "launch_instance": None}, "has not been launched yet"),
        (BLOCK, {"without": ["launched_instance"]}, "it has no launched instance"),
        (BLOCK, {"instance_id": None}, "it has no launched instance"),
        (BLOCK, TEST_INSTANCE, f"was launched by {OTHER_JOB}, not by its last cutover {JOB}"),
        (BLOCK, {"instance_job": None}, "was launched by None"),
        (BLOCK, {"launch_instance": OTHER_INSTANCE}, "is not the instance in its cutover job"),
        (BLOCK, {**LAUNCHING, "launch_instance": OTHER_INSTANCE}, "is not the instance in its cutover job"),
        (BLOCK, {"launch_instance": None}, "is not the instance in its cutover job"),
        (BLOCK, {"without": ["launch"]}, "is not the instance in its cutover job"),
        (BLOCK, {"without": ["job"]}, "is not the instance in its cutover job"),
        (BLOCK, {"cutover_job": None, "instance_job": None}, "is not the instance in its cutover job"),
    ],
)
def test_launched_instance_is_the_one_that_the_last_cutover_launched(verdict, differences, words):
    found = finding("launched-instance", ready(**differences))

    assert found.verdict == verdict
    assert words in found.reason


@pytest.mark.parametrize(
    ("verdict", "actions", "words"),
    [
        (PASS, (), "no post-launch actions"),
        (PASS, (action("SUCCESS"), action("SUCCESS")), "all 2 post-launch actions succeeded"),
        (
            PASS,
            (action("FAILED", name="Tag it", must_succeed=False),),
            "only optional post-launch actions failed: Tag it",
        ),
        (WAIT, (action("IN_PROGRESS"),), "have not ended: Join the domain"),
        (WAIT, (action("IN_PROGRESS", must_succeed=False),), "have not ended"),
        (WAIT, (action("SUCCESS"), action(None)), "have not ended"),
        (WAIT, (action("FAILED", must_succeed=False), action("IN_PROGRESS", name="Scan")), "have not ended: Scan"),
        (BLOCK, (action("FAILED"),), "Join the domain FAILED and must succeed"),
        (BLOCK, (action("IN_PROGRESS", name="Scan"), action("FAILED")), "Join the domain FAILED"),
        (BLOCK, (action("FAILED", must_succeed=None),), "FAILED, and it is unknown whether it must succeed"),
        (PASS, (action("SUCCESS", must_succeed=None),), "succeeded"),
        (BLOCK, (action("CANCELLED"),), "Join the domain is CANCELLED"),
        (BLOCK, (action("CANCELLED", must_succeed=False),), "Join the domain is CANCELLED"),
    ],
)
def test_post_launch_actions_have_ended_and_those_that_must_have_succeeded(verdict, actions, words):
    found = finding("post-launch-actions", ready(actions=actions))

    assert found.verdict == verdict
    assert words in found.reason


@pytest.mark.parametrize("absence", ["launch", "job"])
def test_post_launch_actions_that_no_job_shows_block(absence):
    assert finding("post-launch-actions", ready(without=[absence])).verdict == BLOCK


@pytest.mark.parametrize("status", ["PENDING", "STARTED"])
def test_post_launch_actions_that_a_running_job_does_not_show_yet_wait(status):
    assert finding("post-launch-actions", ready(without=["launch"], job_status=status)).verdict == WAIT


@pytest.mark.parametrize(
    ("status", "verdict"), [("PENDING", WAIT), ("STARTED", WAIT), ("COMPLETED", BLOCK), (None, BLOCK)]
)
def test_an_empty_log_waits_only_while_the_job_runs(status, verdict):
    assert finding("job-log", ready(log=[], job_status=status)).verdict == verdict


def test_a_job_that_is_gone_has_no_log():
    found = finding("job-log", ready(without=["job"]))

    assert (found.verdict, found.reason) == (BLOCK, "there is no cutover job whose log could be read")


@pytest.mark.parametrize("rule", ["job-log", "post-launch-actions", "cutover-job"])
def test_no_other_waiver_lets_a_job_pass_that_is_gone(rule):
    waived = frozenset(RULES) - {rule}

    findings = judge(ready(without=["job"]), policy=ReadinessPolicy(waived=waived), now=NOW)

    assert [f.rule for f in open_findings(findings)] == [rule]


@pytest.mark.parametrize(("must_succeed", "end"), [(True, " and must succeed"), (None, ", and it is unknown whether")])
def test_a_failed_action_is_told_with_mgns_reason(must_succeed, end):
    failed = replace(action("FAILED", must_succeed=must_succeed), failure_reason="The agent did not answer.")

    found = finding("post-launch-actions", ready(actions=(failed,)))

    assert f"Join the domain FAILED (The agent did not answer.){end}" in found.reason
