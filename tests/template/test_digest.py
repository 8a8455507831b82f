"""The parameters of the digest: what they set, what they allow, and what is refused before a deployment."""

import re

import pytest

from finalize_cutover.cutover.digest.digest import FREE_HOURS
from tests.template.iam import actions_of, is_allowed, statements_of
from tests.template.rendered import deployed, rendered
from tests.template.test_acceptance import refusals

ROLE = "FinalizeCutoverRole"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:digests"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"
THROUGH_SNS = {"kms:ViaService": "sns.<AWS::Region>.amazonaws.com"}


def statements(transformed, **parameters):
    return statements_of(ROLE, deployed(transformed, **parameters))


def test_the_function_may_send_only_where_there_is_a_topic(transformed):
    without, with_one = (actions_of(statements(transformed, DigestTopicArn=topic)) for topic in ("", TOPIC))

    assert set(with_one) - set(without) == {"sns:GetTopicAttributes", "sns:Publish"}
    assert with_one["sns:Publish"] == with_one["sns:GetTopicAttributes"] == TOPIC


@pytest.mark.parametrize(("key", "is_enough"), [(KEY, True), ("", False)])
def test_a_topic_with_the_stacks_key_can_be_sent_to(transformed, key, is_enough):
    found = statements(transformed, DigestTopicArn=TOPIC, KmsKeyArn=key)

    assert is_allowed(found, "kms:GenerateDataKey", KEY, THROUGH_SNS) == is_enough


def test_the_key_is_not_used_through_sns_without_a_topic(transformed):
    assert not is_allowed(statements(transformed, KmsKeyArn=KEY), "kms:GenerateDataKey", KEY, THROUGH_SNS)


def test_the_rule_is_on_only_with_a_topic(transformed):
    states = [
        deployed(transformed, DigestTopicArn=topic)["FinalizeCutoverDigest"]["Properties"]["State"]
        for topic in ("", TOPIC)
    ]

    assert states == ["DISABLED", "ENABLED"]


def test_the_variables_are_those_of_the_parameters(transformed, function):
    names = ("DIGEST_TOPIC_ARN", "WARN_FREE_HOURS_LEFT")
    variables = {name: function["Environment"]["Variables"][name] for name in names}

    found = rendered(variables, transformed, DigestTopicArn=TOPIC, WarnFreeHoursLeft=100)

    assert found == {"DIGEST_TOPIC_ARN": TOPIC, "WARN_FREE_HOURS_LEFT": 100}


def test_the_hours_are_those_of_the_function(template):
    parameter = template["Parameters"]["WarnFreeHoursLeft"]

    assert (parameter["MinValue"], parameter["MaxValue"]) == (0, FREE_HOURS)
    assert parameter["Default"] == 336


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DigestSchedule", "rate(1 day)"),
        ("DigestSchedule", "cron(30 5 ? * MON-FRI *)"),
        ("DigestSchedule", "cron(0 6,18 1 1/2 ? 2026)"),
        ("DigestSchedule", "cron(0 6 ? * 2#1 *)"),
        ("DigestTopicArn", TOPIC),
        ("DigestTopicArn", TOPIC.replace("aws", "aws-cn", 1)),
        ("DigestTopicArn", ""),
    ],
)
def test_what_aws_allows_is_allowed(template, name, value):
    assert re.fullmatch(template["Parameters"][name]["AllowedPattern"], value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DigestSchedule", ""),
        ("DigestSchedule", "daily"),
        ("DigestSchedule", "at(2026-11-23T06:00:00)"),
        ("DigestSchedule", "rate(1 day"),
        ("DigestSchedule", "rate()"),
        ("DigestTopicArn", "digests"),
        ("DigestTopicArn", "*"),
        ("DigestTopicArn", f"{TOPIC}*"),
        ("DigestTopicArn", f"{TOPIC}.fifo"),
        ("DigestTopicArn", TOPIC.replace("sns", "sqs")),
    ],
)
def test_what_would_break_the_stack_or_widen_its_permissions_is_refused(template, name, value):
    assert not re.fullmatch(template["Parameters"][name]["AllowedPattern"], value)


def test_a_schedule_without_a_topic_is_refused_before_anything_is_created(template):
    (refusal,) = refusals(template, DigestSchedule="rate(1 day)")

    assert refusal == (
        "DigestSchedule is set, but DigestTopicArn is empty; allowed is a schedule with DigestTopicArn set."
    )


@pytest.mark.parametrize(
    "parameters", [{}, {"DigestTopicArn": TOPIC}, {"DigestTopicArn": TOPIC, "DigestSchedule": "rate(1 day)"}], ids=str
)
def test_what_works_together_is_not_refused(template, parameters):
    assert refusals(template, **parameters) == []
