"""The permissions of the optional rules: allowed with their parameters and denied without, while IAM is enforced."""

import pytest
from botocore.exceptions import ClientError

from local.client import LocalAws
from tests.integration.accepted import ALARM, CALENDAR, PROPERTIES, VALIDATOR, accept
from tests.integration.acting import Acting

SERVER = "s-0123456789abcdef0"
OTHER_ACCOUNT = "444455556666"
PASSES = {"verdict": "PASS", "reason": "all pages load"}

# By rule: the fields that switch it on, and the action that it needs with AllowAcceptanceReads.
READS = {
    "application-status": ({"require": ["application-status"]}, "ec2:DescribeApplicationStatus"),
    "termination-protection": ({"require": ["termination-protection"]}, "ec2:DescribeInstanceAttribute"),
    "alarms": ({"alarms": [ALARM]}, "cloudwatch:DescribeAlarms"),
    "change-calendar": ({"changeCalendars": [CALENDAR]}, "ssm:GetCalendarState"),
}
NO_READS = {"AllowAcceptanceReads": "false"}
SETS = {"AllowSetTerminationProtection": "true"}
VALIDATES = {"ValidatorFunctionArn": VALIDATOR}


@pytest.fixture
def instance_id(aws, ec2):
    """The instance of an accepted source server, without termination protection."""
    server = aws.add_source_server("ready", sourceServerID=SERVER)
    instance_id = server["launchedInstance"]["ec2InstanceID"]
    accept(aws, ec2, instance_id, is_protected=False)
    return instance_id


@pytest.fixture
def act(aws, monkeypatch, instance_id):
    """Returns the function with the role of a stack with these parameters."""
    return lambda **parameters: Acting(aws, monkeypatch, **parameters)


@pytest.fixture
def protect(ec2, instance_id):
    """Turns on termination protection, before IAM is enforced."""
    return lambda: ec2.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})


def calls(aws, action):
    """Return the statuses of the calls that need *action*."""
    service, _, operation = action.replace("InvokeFunction", "Invoke").partition(":")
    return [call["status"] for call in aws.calls(service) if call["operation"] == operation]


def finalize(acting, **fields):
    return acting.asks({"sourceServerID": SERVER, "waitMinutes": 0, **fields})


def assert_denied(acting, report, action):
    """Assert that nothing was finalized because IAM denied *action*, and that the report says what to do."""
    assert report["outcome"] == "FAILED"
    assert f"{action} failed with " in report["error"]["message"]
    assert f"Allow {action} in the policies of the function's role" in report["error"]["hint"]
    assert acting.state(SERVER) == "CUTTING_OVER"


@pytest.mark.parametrize("rule", READS)
def test_a_rule_may_read_what_it_needs(aws, act, protect, rule):
    fields, action = READS[rule]
    protect()

    report = finalize(act(), **fields)

    assert report["outcome"] == "FINALIZED"
    assert set(calls(aws, action)) == {200}


@pytest.mark.parametrize("rule", READS)
def test_a_rule_may_read_nothing_where_its_reads_are_not_allowed(aws, act, protect, rule):
    fields, action = READS[rule]
    protect()
    acting = act(**NO_READS)

    report = finalize(acting, **fields)

    assert_denied(acting, report, action)
    assert 200 not in calls(aws, action)


def test_a_request_without_optional_rules_needs_none_of_their_reads(act):
    assert finalize(act(**NO_READS))["outcome"] == "FINALIZED"


def test_backups_are_read_with_the_permissions_of_the_audit(act):
    assert finalize(act(**NO_READS), require=["backup"])["outcome"] == "FINALIZED"


def test_the_stack_events_name_the_permission_that_is_missing(act):
    properties = {**PROPERTIES, "SourceServerID": SERVER, "WaitMinutes": 0, "Require": []}

    answer = act(**NO_READS).answers("Create", {**properties, "ChangeCalendars": [CALENDAR]})

    assert answer.status == "FAILED"
    assert "cloudwatch:DescribeAlarms failed with AccessDenied (403)" in answer.reason
    assert "Allow cloudwatch:DescribeAlarms in the policies of the function's role" in answer.reason


def test_automation_may_read_the_alarms_with_its_prefix(aws, act, monkeypatch):
    approved = "s-0123456789abcdef1"
    aws.add_source_server("ready", sourceServerID=approved, tags={"FinalizeCutover": "approved"})
    aws.set_alarm(f"accept-{approved}", kind="composite")
    monkeypatch.setenv("AUTOMATION_ALARM_PREFIX", "accept-")
    monkeypatch.setenv("CHANGE_CALENDARS", CALENDAR)

    report = act().asks({"action": "sweep"})

    # SERVER does not have the approval tag.
    assert report["counts"] == {"FINALIZED": 1, "SKIPPED": 1}


def test_a_calendar_that_another_account_shares_may_be_asked(aws, act):
    LocalAws(aws.url, account=OTHER_ACCOUNT).set_calendar(CALENDAR)

    report = finalize(act(), changeCalendars=[f"arn:aws:ssm:eu-west-1:{OTHER_ACCOUNT}:document/{CALENDAR}"])

    assert report["outcome"] == "FINALIZED"


def test_only_instances_that_mgn_launched_are_described(act, ec2, instance_id):
    (other,) = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"]
    own = act().client("ec2")

    own.describe_instance_attribute(InstanceId=instance_id, Attribute="userData")
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        own.describe_instance_attribute(InstanceId=other["InstanceId"], Attribute="userData")


def test_termination_protection_is_turned_on_where_the_parameter_allows_it(aws, act, instance_id):
    acting = act(**SETS)

    report = finalize(acting, setTerminationProtection=True)

    assert report["outcome"] == "FINALIZED"
    assert calls(aws, "ec2:ModifyInstanceAttribute") == [200]
    assert is_protected(acting, instance_id)


def test_by_default_termination_protection_cannot_be_turned_on_and_nothing_is_finalized(aws, act, instance_id):
    acting = act()

    report = finalize(acting, setTerminationProtection=True)

    assert_denied(acting, report, "ec2:ModifyInstanceAttribute")
    assert calls(aws, "ec2:ModifyInstanceAttribute") == [403]
    assert not is_protected(acting, instance_id)


def test_an_instance_without_the_tag_of_mgn_cannot_be_protected(act, ec2, instance_id):
    (other,) = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"]
    own = act(**SETS).client("ec2")

    own.modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": True})
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        own.modify_instance_attribute(InstanceId=other["InstanceId"], DisableApiTermination={"Value": True})


def test_a_launched_instance_that_lost_the_tag_of_mgn_is_neither_protected_nor_finalized(act, ec2, instance_id):
    ec2.delete_tags(Resources=[instance_id], Tags=[{"Key": "AWSApplicationMigrationServiceManaged"}])
    acting = act(**SETS)

    report = finalize(acting, setTerminationProtection=True)

    assert_denied(acting, report, "ec2:DescribeInstanceAttribute")


@pytest.mark.parametrize(
    "change",
    [
        {"DisableApiTermination": {"Value": False}},
        {"Attribute": "disableApiTermination", "Value": "false"},
        {"DisableApiStop": {"Value": True}},
        {"SourceDestCheck": {"Value": False}},
        {"UserData": {"Value": b"#!/bin/sh"}},
        {"InstanceType": {"Value": "t3.micro"}},
    ],
    ids=str,
)
def test_nothing_else_of_an_instance_can_be_changed(act, instance_id, change):
    own = act(**SETS).client("ec2")

    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        own.modify_instance_attribute(InstanceId=instance_id, **change)


@pytest.mark.parametrize("arn", [VALIDATOR, f"{VALIDATOR}:live"])
def test_the_validator_of_the_parameter_may_be_invoked(aws, act, monkeypatch, arn):
    aws.set_validator(arn, answerEach=PASSES)
    monkeypatch.setenv("VALIDATOR_FUNCTION_ARN", arn)

    report = finalize(act(ValidatorFunctionArn=arn), require=["validator"])

    assert report["outcome"] == "FINALIZED"
    assert calls(aws, "lambda:InvokeFunction") == [200]


@pytest.mark.parametrize("parameters", [{}, VALIDATES], ids=str)
@pytest.mark.parametrize("arn", [f"{VALIDATOR}-2", f"{VALIDATOR}:live", VALIDATOR.replace("1111", "4444")])
def test_no_other_function_may_be_invoked_whatever_the_variable_says(aws, act, monkeypatch, parameters, arn):
    aws.set_validator(arn, answerEach=PASSES)
    monkeypatch.setenv("VALIDATOR_FUNCTION_ARN", arn)
    acting = act(**parameters)

    report = finalize(acting, require=["validator"])

    assert_denied(acting, report, "lambda:InvokeFunction")


def test_the_validator_may_not_be_invoked_where_the_parameter_is_empty(aws, act, monkeypatch):
    aws.set_validator(VALIDATOR, answerEach=PASSES)
    monkeypatch.setenv("VALIDATOR_FUNCTION_ARN", VALIDATOR)
    acting = act()

    assert_denied(acting, finalize(acting, require=["validator"]), "lambda:InvokeFunction")


def test_the_function_may_not_invoke_itself(act):
    own = act(**VALIDATES)

    with pytest.raises(ClientError, match="is not authorized to perform: lambda:InvokeFunction"):
        own.client("lambda").invoke(FunctionName="finalize-cutover", Payload="{}")


def is_protected(acting, instance_id):
    """Return whether termination protection is on, read with the role."""
    answer = acting.client("ec2").describe_instance_attribute(InstanceId=instance_id, Attribute="disableApiTermination")
    return answer["DisableApiTermination"]["Value"]
