"""The events and the schedule that invoke automation, and only if it is turned on."""

import json

import pytest
from moto.events.models import EventPattern

from finalize_cutover.aws import event_bus
from finalize_cutover.cutover.report import Outcome, Report
from finalize_cutover.handlers.eventbridge import launch_result
from tests.template import mgn_events
from tests.unit.stubs import UNHURRIED

SERVER = "s-0123456789abcdef0"
RULES = {
    "FinalizeCutoverLaunchResult": "UndeliveredLaunchResults",
    "FinalizeCutoverSweep": "UndeliveredSweeps",
    "FinalizeCutoverDigest": "UndeliveredSweeps",
}
OF_AUTOMATION = ("FinalizeCutoverLaunchResult", "FinalizeCutoverSweep")


@pytest.fixture(scope="module")
def rules(transformed):
    """Return ``{logical ID: properties}`` of every rule."""
    resources = transformed["Resources"].items()
    return {name: resource["Properties"] for name, resource in resources if resource["Type"] == "AWS::Events::Rule"}


@pytest.fixture(scope="module")
def targets(rules):
    """Return ``{logical ID: target}``; a rule has one."""
    return {name: target for name, rule in rules.items() for target in rule["Targets"]}


@pytest.fixture(scope="module")
def pattern(rules):
    """Return the event pattern, parsed by moto."""
    return EventPattern.load(json.dumps(rules["FinalizeCutoverLaunchResult"]["EventPattern"]))


@pytest.mark.parametrize("event", mgn_events.SUCCEEDED_LAUNCHES.values(), ids=mgn_events.SUCCEEDED_LAUNCHES)
def test_a_cutover_launch_that_succeeded_calls_the_function(pattern, event):
    assert pattern.matches_event(event)


@pytest.mark.parametrize("event", mgn_events.OTHERS.values(), ids=mgn_events.OTHERS)
def test_no_other_event_of_mgn_calls_the_function(pattern, event):
    assert not pattern.matches_event(event)


# Even if everything else matches, another source or another detail type is enough to reject an event.
@pytest.mark.parametrize("like", [{}, {"detail-type": mgn_events.LAUNCH_RESULT}, {"source": "aws.mgn"}], ids=str)
def test_what_automation_tells_does_not_call_the_function(pattern, like):
    (told,) = told_of(Report(source_server_id=SERVER, outcome=Outcome.FINALIZED))
    event = mgn_events.launch_result(mgn_events.SUCCEEDED)
    ours = {"source": told["Source"], "detail-type": told["DetailType"]}
    detail = {**event["detail"], **json.loads(told["Detail"])}

    assert pattern.matches_event(event)
    assert not pattern.matches_event({**event, "detail": detail, **ours, **like})


def told_of(report):
    """Return the events that are published about *report*."""

    class Listener:
        def put_events(self, **request):
            self.entries = request["Entries"]
            return {"FailedEntryCount": 0}

    listener = Listener()
    event_bus.EventBus(lambda: listener, name="default", limit=UNHURRIED).publish([report])
    return listener.entries


def test_the_function_expects_what_the_rule_lets_through(rules):
    pattern = rules["FinalizeCutoverLaunchResult"]["EventPattern"]

    assert pattern["detail-type"] == [launch_result.DETAIL_TYPE]
    assert {state.strip("*") for state in pattern["detail"]["state"]} == {launch_result.SUCCEEDED}


def test_there_are_three_rules(rules):
    assert rules.keys() == RULES.keys()


@pytest.mark.parametrize("name", OF_AUTOMATION)
def test_a_rule_is_on_only_where_the_parameter_says_so(rules, name):
    assert rules[name]["State"] == {"Ref": "FinalizeOnLaunch"}


def test_the_sweep_comes_every_quarter_of_an_hour(rules):
    assert rules["FinalizeCutoverSweep"]["ScheduleExpression"] == "rate(15 minutes)"


def test_the_digest_is_on_only_where_there_is_a_topic_whatever_automation_is(rules):
    assert rules["FinalizeCutoverDigest"]["State"] == {"Fn::If": ["HasDigestTopic", "ENABLED", "DISABLED"]}


def test_the_digest_comes_when_the_parameter_says_so_and_asks_for_nothing_else(rules, targets):
    assert rules["FinalizeCutoverDigest"]["ScheduleExpression"] == {"Ref": "DigestSchedule"}
    assert json.loads(targets["FinalizeCutoverDigest"]["Input"]) == {"action": "digest"}


def test_the_schedule_asks_for_a_sweep_and_nothing_else(targets):
    assert json.loads(targets["FinalizeCutoverSweep"]["Input"]) == {"action": "sweep"}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_one_target_and_that_is_the_function(rules, name):
    assert [target["Arn"] for target in rules[name]["Targets"]] == [{"Fn::GetAtt": ["FinalizeCutover", "Arn"]}]


@pytest.mark.parametrize(("name", "queue"), RULES.items())
def test_what_cannot_be_delivered_is_kept_in_a_queue(targets, name, queue):
    assert targets[name]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}


@pytest.mark.parametrize("name", RULES)
def test_delivery_is_tried_for_a_time_that_is_said(targets, name):
    policy = targets[name]["RetryPolicy"]

    assert policy.keys() == {"MaximumEventAgeInSeconds", "MaximumRetryAttempts"}
    assert 60 <= policy["MaximumEventAgeInSeconds"] <= 86400
    assert 1 <= policy["MaximumRetryAttempts"] <= 185


def test_a_sweep_is_not_delivered_any_more_when_the_next_is_due(targets):
    assert targets["FinalizeCutoverSweep"]["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 15 * 60


@pytest.mark.parametrize("name", RULES)
def test_a_rule_may_call_the_function_and_no_other_rule_may(transformed, name):
    permission = transformed["Resources"][f"{name}Permission"]["Properties"]

    assert permission == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": "FinalizeCutover"},
        "Principal": "events.amazonaws.com",
        "SourceArn": {"Fn::GetAtt": [name, "Arn"]},
    }


def test_nobody_else_may_call_the_function_through_its_own_policy(transformed):
    permissions = [n for n, r in transformed["Resources"].items() if r["Type"] == "AWS::Lambda::Permission"]

    assert sorted(permissions) == sorted(f"{name}Permission" for name in RULES)
