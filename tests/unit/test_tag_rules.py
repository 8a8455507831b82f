"""The rules about what a person decided: hold, not before, approval."""

from datetime import timedelta

import pytest

from finalize_cutover.cutover.readiness.finding import Verdict
from finalize_cutover.cutover.readiness.judge import RULES, judge
from finalize_cutover.cutover.readiness.policy import ApprovalTag, ReadinessPolicy
from finalize_cutover.cutover.readiness.waiting import waiting_since
from tests.unit.builders import APPROVAL, INITIATED_AT, NOW, OTHER_SERVER, READY, SERVER, ready

PASS, WAIT, BLOCK = Verdict.PASS, Verdict.WAIT, Verdict.BLOCK
APPROVED = {"FinalizeCutover": "approved"}
INSTANCE, NEW_INSTANCE = READY["instance_id"], "i-0fedcba9876543210"
BOUND = ApprovalTag(key="FinalizeCutover", value=None)
NOT_BEFORE = "FinalizeCutoverNotBefore"


def finding(rule, evidence, **policy):
    findings = {finding.rule: finding for finding in judge(evidence, policy=ReadinessPolicy(**policy), now=NOW)}
    return findings[rule]


@pytest.mark.parametrize("value", ["", "yes", "no", "false"])
@pytest.mark.parametrize("key", ["FinalizeCutoverHold", "finalizecutoverhold", " FinalizeCutoverHold "])
def test_the_hold_tag_blocks_whatever_its_value_and_case(key, value):
    found = finding("hold", ready(tags={key: value}), waived=frozenset(RULES))

    assert (found.verdict, found.reason) == (BLOCK, "it carries the hold tag FinalizeCutoverHold")


def test_the_hold_tag_has_the_key_of_the_deployment():
    assert finding("hold", ready(tags={"Stop": ""}), hold_tag_key="Stop").verdict == BLOCK
    assert finding("hold", ready(tags={"FinalizeCutoverHold": ""}), hold_tag_key="Stop").verdict == PASS
    assert finding("hold", ready(tags={"FinalizeCutoverHolder": "x"})).verdict == PASS


# NOW is 2026-11-23T10:15Z.
@pytest.mark.parametrize(
    ("verdict", "value"),
    [
        (PASS, "2026-11-23T10:15:00Z"),
        (PASS, "2026-11-23T11:15+01:00"),
        (PASS, "20261123T101500Z"),
        (WAIT, "2026-11-23T10:15:01Z"),
        (WAIT, "2026-11-23T11:15+00:59"),
        (BLOCK, ""),
        (BLOCK, "soon"),
        (BLOCK, "2026-11-23T10:15:00"),
        (BLOCK, "2026-11-23"),
        (BLOCK, "2026-13-23T10:15:00Z"),
        (BLOCK, " 2026-11-23T10:15:00Z"),
        (BLOCK, "0001-01-01T00:00:00+01:00"),
        (BLOCK, "1763892900"),
    ],
)
def test_not_before_compares_times_and_blocks_what_is_none(verdict, value):
    found = finding("not-before", ready(tags={NOT_BEFORE: value}))

    assert found.verdict == verdict


def test_not_before_names_the_time_in_utc_and_when_it_can_pass():
    found = finding("not-before", ready(tags={NOT_BEFORE: "2026-11-24T01:00+02:00"}))

    assert found.reason == "its tag FinalizeCutoverNotBefore is 2026-11-23T23:00:00Z"
    assert found.passes_at == NOW.replace(hour=23, minute=0)


def test_a_malformed_not_before_is_not_shown_but_an_example_is():
    found = finding("not-before", ready(tags={NOT_BEFORE: "hidden"}))

    assert found.reason == (
        "the value of its tag FinalizeCutoverNotBefore is not a time with a time zone, such as 2026-12-01T22:00:00Z"
    )


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"finalizecutovernotbefore": "2026-11-20T00:00Z"}, "the key of its tag differs from FinalizeCutoverNotBefore"),
        ({NOT_BEFORE: "2026-11-20T00:00Z", NOT_BEFORE.upper(): "2027-01-01T00:00Z"}, "it carries several tags"),
    ],
)
def test_a_not_before_that_is_almost_spelled_right_blocks(tags, words):
    found = finding("not-before", ready(tags=tags))

    assert found.verdict == BLOCK
    assert words in found.reason


@pytest.mark.parametrize(
    ("verdict", "differences", "words"),
    [
        (PASS, {"tags": {"FinalizeCutover": INSTANCE}}, "it carries the approval tag FinalizeCutover"),
        (
            BLOCK,
            {"tags": {"FinalizeCutover": INSTANCE}, "instance_id": NEW_INSTANCE},
            f"the value of its approval tag FinalizeCutover is not the ID of its launched instance {NEW_INSTANCE}",
        ),
        (BLOCK, {"tags": APPROVED}, f"is not the ID of its launched instance {INSTANCE}"),
        (BLOCK, {"tags": {"FinalizeCutover": INSTANCE.upper()}}, "has another case"),
        (BLOCK, {"tags": {"FinalizeCutover": f"{INSTANCE} "}}, "has surrounding whitespace"),
        (BLOCK, {"tags": {"FinalizeCutover": "i-*"}}, "is not the ID of its launched instance"),
        (BLOCK, {"tags": {"FinalizeCutover": ""}, "instance_id": None}, "it has no launched instance that its"),
        (BLOCK, {"tags": {"FinalizeCutover": "None"}, "without": ["launched_instance"]}, "it has no launched instance"),
        (BLOCK, {"tags": {}}, "it does not carry the approval tag FinalizeCutover"),
    ],
)
def test_an_approval_of_one_launch_names_its_instance(verdict, differences, words):
    found = finding("approval", ready(**differences), approval=BOUND)

    assert found.verdict == verdict
    assert words in found.reason


@pytest.mark.parametrize(
    ("tags", "soak_minutes", "since"),
    [
        ({}, 0, INITIATED_AT),
        ({}, 30, INITIATED_AT + timedelta(minutes=30)),
        ({NOT_BEFORE: "2026-11-23T10:00Z"}, 0, NOW - timedelta(minutes=15)),
        ({NOT_BEFORE: "2026-11-20T10:00Z"}, 30, INITIATED_AT + timedelta(minutes=30)),
        ({NOT_BEFORE: "soon"}, 0, INITIATED_AT),
        ({"FinalizeCutoverHold": ""}, 0, None),
    ],
)
def test_a_server_waits_from_the_end_of_its_soak_time_unless_a_tag_says_otherwise(tags, soak_minutes, since):
    server = ready(tags=tags).server

    assert waiting_since(server, ReadinessPolicy(soak_minutes=soak_minutes)) == since


def test_without_a_launch_time_it_is_unknown_since_when_a_server_waits():
    assert waiting_since(ready(without=["last_cutover"]).server, ReadinessPolicy()) is None


@pytest.mark.parametrize(
    ("verdict", "tags", "words"),
    [
        (PASS, APPROVED, "carries the approval tag FinalizeCutover"),
        (PASS, {**APPROVED, "Owner": "web"}, "carries"),
        (BLOCK, {}, "does not carry the approval tag FinalizeCutover"),
        (BLOCK, {"FinalizeCutover": "no"}, "the value of its approval tag FinalizeCutover is another one"),
        (BLOCK, {"FinalizeCutover": ""}, "the value of its approval tag FinalizeCutover is another one"),
        (BLOCK, {"FinalizeCutover": "Approved"}, "the value of its approval tag FinalizeCutover has another case"),
        (BLOCK, {"FinalizeCutover": "Approved "}, "the value of its approval tag FinalizeCutover has another case"),
        (BLOCK, {"FinalizeCutover": " approved"}, "approval tag FinalizeCutover has surrounding whitespace"),
        (BLOCK, {"finalizecutover": "approved"}, "tag differs from FinalizeCutover only by case or surrounding white"),
        (BLOCK, {"FinalizeCutover ": "approved"}, "tag differs from FinalizeCutover only by case or surrounding white"),
        # IAM compares keys without case, and could compare the other value.
        (BLOCK, {**APPROVED, "finalizecutover": "no"}, "several tags whose keys differ from FinalizeCutover only by"),
    ],
)
def test_approval_is_the_very_tag_where_it_is_asked_for(verdict, tags, words):
    found = finding("approval", ready(tags=tags), approval=APPROVAL)

    assert found.verdict == verdict
    assert words in found.reason


def test_approval_passes_where_nobody_asks_for_it():
    assert finding("approval", ready(tags={})).verdict == PASS


@pytest.mark.parametrize(
    ("verdict", "approved", "differences", "words"),
    [
        (PASS, {SERVER: INSTANCE}, {}, f"it was approved with its instance {INSTANCE}"),
        (PASS, {OTHER_SERVER: NEW_INSTANCE, SERVER: INSTANCE}, {}, "it was approved"),
        (BLOCK, {}, {}, "it is not in approvedInstances"),
        (BLOCK, {OTHER_SERVER: INSTANCE}, {}, "it is not in approvedInstances"),
        (
            BLOCK,
            {SERVER: NEW_INSTANCE},
            {},
            f"instance {NEW_INSTANCE} was approved, but its instance is now {INSTANCE}",
        ),
        (
            BLOCK,
            {SERVER: INSTANCE},
            {"instance_id": None},
            f"instance {INSTANCE} was approved, but its instance is now none",
        ),
        (BLOCK, {SERVER: INSTANCE}, {"without": ["launched_instance"]}, "its instance is now none"),
        (BLOCK, {SERVER: INSTANCE.upper()}, {}, "was approved, but its instance is now"),
    ],
)
def test_approval_is_of_the_server_with_its_instance_where_the_request_says_what_was_approved(
    verdict, approved, differences, words
):
    found = finding("approval", ready(**differences), approved_instances=approved)

    assert found.verdict == verdict
    assert words in found.reason


@pytest.mark.parametrize(
    ("verdict", "tags", "approved", "reason"),
    [
        (
            PASS,
            APPROVED,
            {SERVER: INSTANCE},
            f"it carries the approval tag FinalizeCutover; it was approved with its instance {INSTANCE}",
        ),
        (BLOCK, {}, {SERVER: INSTANCE}, "it does not carry the approval tag FinalizeCutover"),
        (BLOCK, APPROVED, {}, "it is not in approvedInstances"),
        (BLOCK, {}, {}, "it does not carry the approval tag FinalizeCutover; it is not in approvedInstances"),
    ],
)
def test_approval_by_tag_and_by_name_are_both_demanded_where_both_are_asked_for(verdict, tags, approved, reason):
    found = finding("approval", ready(tags=tags), approval=APPROVAL, approved_instances=approved)

    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("tags", "approved", "hint"),
    [
        (APPROVED, {}, "Approve the source server with its current instance, in a new request."),
        (APPROVED, {SERVER: NEW_INSTANCE}, "Approve the source server with its current instance, in a new request."),
        ({}, {}, "Tag the source server when you accept it."),
        ({}, {SERVER: INSTANCE}, "Tag the source server when you accept it."),
    ],
)
def test_the_hint_says_which_approval_is_missing(tags, approved, hint):
    policy = ReadinessPolicy(approval=APPROVAL, approved_instances=approved)

    (found,) = [found for found in judge(ready(tags=tags), policy=policy, now=NOW) if found.rule == "approval"]

    assert found.hint == hint


def test_no_reason_shows_the_value_of_a_tag():
    tags = {"FinalizeCutover": "hidden-value"}

    reasons = [f.reason for f in judge(ready(tags=tags), policy=ReadinessPolicy(approval=APPROVAL), now=NOW)]

    assert not any("hidden-value" in reason or APPROVAL.value in reason for reason in reasons)
