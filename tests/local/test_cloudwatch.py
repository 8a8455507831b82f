"""The alarms of the local CloudWatch, as DescribeAlarms returns them."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from local.client import LocalAwsError

EVERY_TYPE = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
LISTS = ("MetricAlarms", "CompositeAlarms", "LogAlarms")
SECOND = timedelta(seconds=1)


@pytest.fixture
def cloudwatch(client):
    return client("cloudwatch")


@pytest.fixture
def alarm(cloudwatch):
    """Returns the one alarm, of any type."""

    def read():
        answer = cloudwatch.describe_alarms(AlarmTypes=EVERY_TYPE)
        (found,) = [item for name in LISTS for item in answer[name]]
        return found

    return read


def names(answer):
    return [[item["AlarmName"] for item in answer[name]] for name in LISTS]


def age(alarm):
    return datetime.now(UTC) - alarm["StateTransitionedTimestamp"]


def add_one_of_each(aws):
    for kind in ("metric", "composite", "log"):
        aws.set_alarm(f"shop-{kind}", kind=kind)


def test_a_new_alarm_is_ok_since_now(aws, alarm):
    aws.set_alarm("shop")

    found = alarm()

    assert (found["AlarmName"], found["StateValue"]) == ("shop", "OK")
    assert found["AlarmArn"] == "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:shop"
    assert age(found) < 30 * SECOND


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ({}, [["shop-metric"], [], []]),
        ({"AlarmTypes": ["CompositeAlarm"]}, [[], ["shop-composite"], []]),
        ({"AlarmTypes": EVERY_TYPE}, [["shop-metric"], ["shop-composite"], ["shop-log"]]),
    ],
)
def test_only_metric_alarms_are_returned_unless_types_are_asked_for(aws, cloudwatch, types, expected):
    add_one_of_each(aws)

    assert names(cloudwatch.describe_alarms(**types)) == expected


def test_alarms_are_found_by_their_names_and_an_unknown_name_is_no_error(aws, cloudwatch):
    add_one_of_each(aws)

    answer = cloudwatch.describe_alarms(AlarmNames=["shop-log", "shop-metric", "unknown"], AlarmTypes=EVERY_TYPE)

    assert names(answer) == [["shop-metric"], [], ["shop-log"]]


def test_alarms_are_found_by_the_prefix_of_their_names(aws, cloudwatch):
    for name in ("shop-1", "shop-2", "my-shop-3"):
        aws.set_alarm(name)

    assert names(cloudwatch.describe_alarms(AlarmNamePrefix="shop-")) == [["shop-1", "shop-2"], [], []]


def test_alarms_are_found_by_their_state(aws, cloudwatch):
    aws.set_alarm("good")
    aws.set_alarm("bad", state="ALARM")

    assert names(cloudwatch.describe_alarms(StateValue="ALARM")) == [["bad"], [], []]


@pytest.mark.parametrize("kind", ["metric", "composite", "log"])
def test_an_alarm_of_each_kind_is_in_its_state_since_the_given_time(aws, alarm, kind):
    aws.set_alarm("shop", kind=kind, state="ALARM", minutesAgo=90)

    assert alarm()["StateValue"] == "ALARM"
    assert abs(age(alarm()) - timedelta(minutes=90)) < 30 * SECOND


def test_an_alarm_gets_older_with_the_clock(aws, alarm):
    aws.set_alarm("shop")
    before = alarm()

    aws.advance(3600)

    for name in ("StateTransitionedTimestamp", "StateUpdatedTimestamp", "AlarmConfigurationUpdatedTimestamp"):
        assert before[name] - alarm()[name] == timedelta(hours=1)


def test_a_change_of_state_is_a_transition_now(aws, alarm):
    aws.set_alarm("shop", minutesAgo=90)

    aws.set_alarm("shop", state="ALARM")

    assert age(alarm()) < 30 * SECOND


def test_an_alarm_set_to_the_state_it_is_in_keeps_its_time(aws, alarm):
    aws.set_alarm("shop", minutesAgo=90)

    aws.set_alarm("shop", state="OK", evaluationState="PARTIAL_DATA")

    assert age(alarm()) > timedelta(minutes=89)
    assert alarm()["EvaluationState"] == "PARTIAL_DATA"


def test_a_change_keeps_the_kind(aws, alarm):
    aws.set_alarm("shop", kind="composite")

    aws.set_alarm("shop", state="ALARM")

    assert alarm()["AlarmRule"] == "FALSE"


def test_an_alarm_of_boto3_is_kept_beside_the_others(aws, cloudwatch, alarm):
    cloudwatch.put_metric_alarm(
        AlarmName="shop", ComparisonOperator="LessThanThreshold", EvaluationPeriods=1, MetricName="Orders"
    )
    aws.set_alarm("shop", minutesAgo=90)
    cloudwatch.set_alarm_state(AlarmName="shop", StateValue="OK", StateReason="still")
    before = age(alarm())

    cloudwatch.set_alarm_state(AlarmName="shop", StateValue="ALARM", StateReason="test")

    assert before > timedelta(minutes=89)
    assert (alarm()["MetricName"], alarm()["StateValue"]) == ("Orders", "ALARM")
    assert age(alarm()) < 30 * SECOND


def test_a_deleted_alarm_is_gone(aws, cloudwatch):
    aws.set_alarm("shop")

    aws.delete_alarm("shop")

    assert names(cloudwatch.describe_alarms()) == [[], [], []]


def test_pages_mix_the_types_and_end(aws, cloudwatch):
    for kind, index in (("metric", 1), ("log", 2), ("metric", 3), ("composite", 4), ("log", 5)):
        aws.set_alarm(f"shop-{index}", kind=kind)

    pages = list(
        cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=EVERY_TYPE, PaginationConfig={"PageSize": 2})
    )

    assert [names(page) for page in pages] == [
        [["shop-1"], [], ["shop-2"]],
        [["shop-3"], ["shop-4"], []],
        [[], [], ["shop-5"]],
    ]


def test_a_page_without_a_size_has_50_alarms(aws, cloudwatch):
    for index in range(51):
        aws.set_alarm(f"shop-{index}")

    answer = cloudwatch.describe_alarms()

    assert len(answer["MetricAlarms"]) == 50
    assert len(cloudwatch.describe_alarms(NextToken=answer["NextToken"])["MetricAlarms"]) == 1


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        ({"AlarmNames": ["shop"] * 101}, "ValidationError", "AlarmNames.*less than or equal to 100"),
        ({"MaxRecords": 101}, "ValidationError", "MaxRecords.*less than or equal to 100"),
        ({"AlarmTypes": ["Metric"]}, "ValidationError", "AlarmTypes.*enum value set"),
        ({"AlarmNames": ["a"], "AlarmNamePrefix": "a"}, "ValidationError", "cannot be specified together"),
        ({"ChildrenOfAlarmName": "a"}, "ValidationError", "does not implement ChildrenOfAlarmName"),
        ({"NextToken": "made up"}, "InvalidNextToken", "invalid"),
    ],
)
def test_what_cloudwatch_refuses_is_refused(aws, cloudwatch, request_, code, message):
    with pytest.raises(ClientError, match=message) as refusal:
        cloudwatch.describe_alarms(**request_)

    answer = refusal.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)


def test_100_names_are_allowed(aws, cloudwatch):
    aws.set_alarm("shop-7")

    answer = cloudwatch.describe_alarms(AlarmNames=[f"shop-{index}" for index in range(100)])

    assert names(answer) == [["shop-7"], [], []]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"kind": "anomaly"}, "The kind is 'anomaly'; allowed: metric, composite, log"),
        ({"state": "FINE"}, "The state is 'FINE'; allowed: OK, ALARM, INSUFFICIENT_DATA"),
        ({"evaluationState": "GOOD"}, "The evaluationState is 'GOOD'; allowed: None, PARTIAL_DATA"),
        ({"since": 5}, "Unknown members of an alarm: since"),
    ],
)
def test_an_alarm_that_cannot_exist_is_refused_in_words(aws, cloudwatch, options, complaint):
    with pytest.raises(LocalAwsError, match=complaint):
        aws.set_alarm("shop", **options)

    assert names(cloudwatch.describe_alarms()) == [[], [], []]


def test_an_unknown_alarm_cannot_be_deleted(aws):
    with pytest.raises(LocalAwsError, match="There is no alarm shop"):
        aws.delete_alarm("shop")


def test_alarms_belong_to_an_account_and_a_region(aws, client, cloudwatch):
    aws._seed("alarms", {"name": "shop", "region": "us-east-1"}, method="PUT")

    assert names(client("cloudwatch", region_name="us-east-1").describe_alarms())[0] == ["shop"]
    assert names(cloudwatch.describe_alarms())[0] == []


def test_a_reset_deletes_alarms(aws, cloudwatch):
    aws.set_alarm("shop", kind="log")

    aws.reset()

    assert names(cloudwatch.describe_alarms(AlarmTypes=EVERY_TYPE)) == [[], [], []]


def test_the_call_is_logged_with_its_parameters(aws, cloudwatch):
    cloudwatch.describe_alarms(AlarmNames=["shop"])

    (call,) = aws.calls("cloudwatch")
    assert (call["operation"], call["parameters"]) == ("DescribeAlarms", {"AlarmNames": ["shop"]})
