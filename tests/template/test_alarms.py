"""The alarms: what they watch, and when they notify."""

import re

import pytest

from finalize_cutover.observability import metrics
from tests.template import written
from tests.template.rendered import deployed, rendered

MINUTES_BETWEEN_SWEEPS = 15


@pytest.fixture(scope="module")
def alarms(transformed):
    resources = transformed["Resources"].items()
    return {name: r["Properties"] for name, r in resources if r["Type"] == "AWS::CloudWatch::Alarm"}


@pytest.fixture(scope="module")
def operations(root):
    """Return ``{heading: text}`` of the sections of docs/operations.md."""
    _, *chapters = re.split(r"^#+ ", (root / "docs" / "operations.md").read_text(), flags=re.MULTILINE)
    return dict(chapter.split("\n", 1) for chapter in chapters)


def watched(alarm, transformed):
    """Return (namespace, name, dimensions, statistic, period in seconds) of every metric of *alarm*."""
    stats = [one["MetricStat"] for one in alarm.get("Metrics", []) if "MetricStat" in one]
    stats = stats or [{"Metric": alarm, "Stat": alarm["Statistic"], "Period": alarm["Period"]}]
    return [
        (
            stat["Metric"]["Namespace"],
            stat["Metric"]["MetricName"],
            tuple((d["Name"], rendered(d["Value"], transformed)) for d in stat["Metric"]["Dimensions"]),
            stat["Stat"],
            stat["Period"],
        )
        for stat in stats
    ]


def test_there_are_these_alarms(alarms):
    assert set(alarms) == {
        "CutoverWaitsLong",
        "FailuresLost",
        "FailuresQueued",
        "FunctionThrottled",
        "LeftoversFound",
        "RequestsRefused",
        "ResultsUnpublished",
        "WavesFailed",
    }


def test_every_metric_of_ours_is_one_that_the_code_writes(alarms, transformed):
    _, metric_lines = written.everything()
    shown = {one[:3] for alarm in alarms.values() for one in watched(alarm, transformed)}

    ours = {one for one in shown if one[0] == metrics.NAMESPACE}

    assert {one[1] for one in ours} == {
        metrics.LEFTOVERS,
        metrics.OLDEST_WAITING_MINUTES,
        metrics.REFUSED_REQUESTS,
        metrics.UNPUBLISHED_RESULTS,
    }
    assert ours <= written.series(metric_lines)


def test_every_other_metric_is_aws_own(alarms, transformed):
    namespaces = {one[0] for alarm in alarms.values() for one in watched(alarm, transformed)}

    assert namespaces - {metrics.NAMESPACE} == {"AWS/Events", "AWS/Lambda", "AWS/SQS", "AWS/States"}


def test_every_queue_is_watched(alarms, transformed):
    queues = {f"<{name}.QueueName>" for name, r in transformed["Resources"].items() if r["Type"] == "AWS::SQS::Queue"}

    watching = {dict(one[2])["QueueName"] for one in watched(alarms["FailuresQueued"], transformed)}

    assert watching == queues


def test_every_way_to_lose_a_failure_is_watched(alarms, transformed):
    lost = {one[1:3] for one in watched(alarms["FailuresLost"], transformed)}

    assert lost == {
        ("DeadLetterErrors", (("FunctionName", "<FinalizeCutover>"),)),
        ("DestinationDeliveryFailures", (("FunctionName", "<FinalizeCutover>"),)),
        ("InvocationsFailedToBeSentToDlq", (("RuleName", "<FinalizeCutoverLaunchResult>"),)),
        ("InvocationsFailedToBeSentToDlq", (("RuleName", "<FinalizeCutoverSweep>"),)),
        ("InvocationsFailedToBeSentToDlq", (("RuleName", "<FinalizeCutoverDigest>"),)),
    }


def test_every_end_of_a_wave_but_success_is_watched(alarms, transformed):
    ends = {one[1:4] for one in watched(alarms["WavesFailed"], transformed)}

    # Only the state machine itself: the ARN of a batch's state machine has the map's name as a suffix.
    machine = (("StateMachineArn", "<FinalizeWave>"),)
    assert ends == {(f"Executions{status}", machine, "Sum") for status in ("Failed", "TimedOut", "Aborted")}


def test_a_wave_that_does_not_succeed_is_told_only_where_there_is_a_state_machine(transformed):
    assert "WavesFailed" in deployed(transformed)
    assert "WavesFailed" not in deployed(transformed, DeployWaveMachine="false")


def test_metrics_that_come_only_with_failures_are_added_up_as_zeros_otherwise(alarms):
    sums = {
        name: one["Expression"]
        for name, alarm in alarms.items()
        for one in alarm.get("Metrics", [])
        if "Expression" in one and name != "CutoverWaitsLong"
    }

    assert sums == dict.fromkeys(("FailuresLost", "FailuresQueued", "WavesFailed"), "SUM(FILL(METRICS(), 0))")


def test_one_is_enough_for_an_alarm_where_there_should_be_none(alarms):
    strict = {name: alarm["Threshold"] for name, alarm in alarms.items() if name != "CutoverWaitsLong"}

    assert set(strict.values()) == {0}
    assert {alarm["ComparisonOperator"] for alarm in alarms.values()} == {"GreaterThanThreshold"}
    assert {alarm["EvaluationPeriods"] for alarm in alarms.values()} == {1}


def test_minutes_are_compared_as_the_hours_of_the_parameter(alarms):
    alarm = alarms["CutoverWaitsLong"]

    (expression,) = [one for one in alarm["Metrics"] if "Expression" in one]

    assert expression["Expression"] == "minutes / 60"
    assert alarm["Threshold"] == {"Ref": "LongestWaitHours"}


def test_an_expression_is_the_only_thing_an_alarm_returns(alarms):
    for alarm in alarms.values():
        returned = [one for one in alarm.get("Metrics", []) if one.get("ReturnData", True)]
        assert ["Expression" in one for one in returned] in ([True], [])


def test_every_period_of_what_sweeps_write_holds_a_sweep(alarms, transformed):
    periods = {
        one[4] for alarm in alarms.values() for one in watched(alarm, transformed) if one[0] == metrics.NAMESPACE
    }

    assert min(periods) >= 2 * MINUTES_BETWEEN_SWEEPS * 60


def test_silence_is_no_alarm(alarms):
    assert {alarm["TreatMissingData"] for alarm in alarms.values()} == {"notBreaching"}


def test_alarms_go_to_the_topic_where_there_is_one(alarms, transformed):
    actions = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}

    assert [name for name, alarm in alarms.items() if alarm["AlarmActions"] != actions] == []
    assert transformed["Conditions"]["HasAlarmTopic"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}


def test_an_alarm_says_what_to_do_and_where_that_is_written(alarms):
    silent = [
        name
        for name, alarm in alarms.items()
        if f'"{name}" in docs/operations.md' not in alarm["AlarmDescription"] or len(alarm["AlarmDescription"]) > 1024
    ]

    assert silent == []


def test_the_operations_manual_has_a_chapter_on_every_alarm(alarms, operations):
    assert [name for name in alarms if len(operations.get(name, "")) < 200] == []
