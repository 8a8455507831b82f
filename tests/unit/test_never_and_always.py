"""Properties that always hold, for any response of MGN and EC2."""

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finalize_cutover.cutover.finalize.finalize import finalize
from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.readiness.judge import NEVER_WAIVED, RULES, judge, open_findings
from finalize_cutover.cutover.readiness.policy import HOLD_TAG_KEY
from finalize_cutover.cutover.readiness.tag_rules import NOT_BEFORE_TAG_KEY
from finalize_cutover.cutover.report import Outcome
from tests.unit.builders import APPROVAL, NOW, READY, SERVER, action, finalized, logged, options, ready
from tests.unit.fakes import FakeAws


def enum(service, shape):
    """The values in the API model, so that the test follows the API, and unknown values."""
    model = boto3.session.Session(region_name="eu-west-1").client(service).meta.service_model
    return st.sampled_from(model.shape_for(shape).enum) | st.text(max_size=20) | st.none()


STATES = enum("mgn", "LifeCycleState")
STATUSES = enum("ec2", "SummaryStatus")
TIMES = st.datetimes(min_value=NOW.replace(year=2020, tzinfo=None), max_value=NOW.replace(year=2030, tzinfo=None)).map(
    lambda time: time.replace(tzinfo=NOW.tzinfo)
)
WORDS = {
    "state": STATES,
    "replication_state": enum("mgn", "DataReplicationState"),
    "is_archived": st.booleans(),
    "tags": st.dictionaries(
        st.sampled_from([APPROVAL.key, HOLD_TAG_KEY, HOLD_TAG_KEY.lower(), NOT_BEFORE_TAG_KEY]),
        st.sampled_from([APPROVAL.value, "", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"]),
    ),
    "application_id": st.sampled_from(["app-0123456789abcdef0", None]),
    "first_boot": enum("mgn", "FirstBoot"),
    "checks": st.lists(st.tuples(st.text(max_size=5), enum("mgn", "LastKnownCheckStatus")), max_size=3).map(tuple),
    "instance_id": st.sampled_from([READY["instance_id"], "i-0fedcba9876543210", None]),
    "instance_job": st.sampled_from([READY["instance_job"], "mgnjob-0fedcba9876543210", None]),
    "cutover_job": st.sampled_from([READY["cutover_job"], None]),
    "initiated_at": TIMES | st.none(),
    "reverted_at": TIMES | st.none(),
    "has_reverted": st.booleans(),
    "has_finalized": st.booleans(),
    "is_named_twice": st.booleans(),
    "job_type": enum("mgn", "JobType"),
    "job_initiated_by": enum("mgn", "InitiatedBy"),
    "job_status": enum("mgn", "JobStatus"),
    "job_ended_at": TIMES | st.none(),
    "launch_status": enum("mgn", "LaunchStatus"),
    "launch_instance": st.sampled_from([READY["launch_instance"], "i-0fedcba9876543210", None]),
    "actions": st.lists(
        st.builds(action, enum("mgn", "PostLaunchActionExecutionStatus"), must_succeed=st.booleans() | st.none()),
        max_size=3,
    ).map(tuple),
    "log": st.lists(
        st.builds(
            logged,
            enum("mgn", "JobLogEvent").filter(bool),
            st.sampled_from([SERVER, None]),
            has_error=st.booleans(),
        )
    ),
    "ec2_state": enum("ec2", "InstanceStateName"),
    "ec2_system": STATUSES,
    "ec2_instance": STATUSES,
    "ec2_attached_ebs": STATUSES | st.none(),
    "ec2_application": STATUSES | st.none(),
    "ec2_events": st.lists(enum("ec2", "EventCode"), max_size=2).map(tuple),
}
ABSENCES = st.sets(st.sampled_from(["last_cutover", "launched_instance", "job", "launch", "instance"]), max_size=1)
# Most examples differ only a little from the ready one; otherwise all of them would fail the first rule.
STORIES = st.builds(
    lambda differences, without: ready(without=without, **differences),
    st.dictionaries(st.sampled_from(sorted(WORDS)), st.none(), max_size=4).flatmap(
        lambda names: st.fixed_dictionaries({name: WORDS[name] for name in names})
    ),
    ABSENCES,
)
ORDERS = st.builds(
    options,
    wait=st.sampled_from([0, 40]),
    soak_minutes=st.sampled_from([0, 30]),
    approval=st.sampled_from([None, APPROVAL]),
    approved_instances=st.sampled_from([None, {}, {SERVER: READY["instance_id"]}]),
    waived=st.sets(st.sampled_from(sorted(RULES))),
    archive=st.booleans(),
)


def test_the_words_are_those_that_a_story_can_tell():
    assert READY.keys() - WORDS.keys() == {
        "hostname",
        "staged_bytes",
        "lag_duration",
        "finalized_at",
        "is_instance_read",
    }


@given(STATES, ORDERS)
def test_no_state_but_cutting_over_is_ever_finalized(state, policy):
    aws = FakeAws(ready(state=state, tags={APPROVAL.key: APPROVAL.value}))

    finalize([SERVER], options=policy, services=aws.services)

    is_approved = policy.policy.approved_instances != {} or "approval" in policy.policy.waived
    assert aws.calls.count("FinalizeCutover") == (state == "CUTTING_OVER" and is_approved)


@given(STORIES, ORDERS)
def test_who_is_told_to_wait_or_to_act_first_never_sees_a_write(evidence, policy):
    findings = judge(evidence, policy=policy.policy, now=NOW)
    aws = FakeAws(evidence)

    finalize([SERVER], options=policy, services=aws.services)

    is_open = {finding.verdict for finding in findings} & {Verdict.BLOCK, Verdict.WAIT}
    assert aws.calls.count("FinalizeCutover") == (not is_open and not evidence.server.is_finalized)


@given(STORIES, ORDERS)
def test_twice_is_once(evidence, policy):
    aws = FakeAws(evidence)

    reports = [finalize([SERVER], options=policy, services=aws.services)[SERVER].report for _ in range(2)]

    assert aws.calls.count("FinalizeCutover") <= 1
    assert reports[0].outcome == reports[1].outcome
    assert reports[0].changed == (aws.finalized == [SERVER])
    assert not reports[1].changed


@given(STORIES, ORDERS)
def test_a_dry_run_never_writes(evidence, policy):
    aws = FakeAws(evidence)

    finalize([SERVER], options=options(dry_run=True, archive=True, waived=policy.policy.waived), services=aws.services)

    assert aws.writes == []


@given(STORIES, ORDERS)
def test_a_dry_run_foretells_what_a_request_does(evidence, policy):
    foretold = FakeAws(evidence)
    done = FakeAws(evidence)

    rehearsal = finalize(
        [SERVER], options=options(dry_run=True, waived=policy.policy.waived), services=foretold.services
    )[SERVER]
    performance = finalize([SERVER], options=options(waived=policy.policy.waived), services=done.services)[SERVER]

    expected = {Outcome.WOULD_FINALIZE: Outcome.FINALIZED}.get(rehearsal.report.outcome, rehearsal.report.outcome)
    assert performance.report.outcome == expected


@given(STORIES, st.sets(st.sampled_from(sorted(RULES))))
def test_a_waiver_silences_what_it_names_and_nothing_else(evidence, waived):
    plain = {finding.rule for finding in open_findings(judge(evidence, policy=options().policy, now=NOW))}

    spared = {f.rule for f in open_findings(judge(evidence, policy=options(waived=waived).policy, now=NOW))}

    assert spared == plain - (waived - NEVER_WAIVED)


@given(STORIES, ORDERS)
def test_every_rule_gives_a_reason_in_words(evidence, policy):
    findings = judge(evidence, policy=policy.policy, now=NOW)

    assert [finding.rule for finding in findings] == list(RULES)
    assert all(finding.reason for finding in findings)


@pytest.mark.parametrize("name", sorted(set(WORDS) - {"tags", "is_archived"}))
@settings(max_examples=20)
@given(st.data())
def test_what_was_finalized_is_a_success_whatever_became_of_the_rest(name, data):
    aws = FakeAws(finalized(**{name: data.draw(WORDS[name])}))

    result = finalize([SERVER], options=options(), services=aws.services)[SERVER]

    assert result.report.outcome == Outcome.FINALIZED
    assert aws.calls == ["DescribeSourceServers"]
