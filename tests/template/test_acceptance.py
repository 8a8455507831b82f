"""The parameters for the optional rules: what they set, what they allow, and what is refused before a deployment."""

import re

import pytest

from finalize_cutover.handlers.acceptance import REQUIRABLE
from tests.template.iam import actions_of, statements_of
from tests.template.rendered import deployed, rendered

ROLE = "FinalizeCutoverRole"
VALIDATOR = "arn:aws:lambda:eu-west-1:111122223333:function:accept"
# In order, because it is part of the names of tests.
READS = (
    "cloudwatch:DescribeAlarms",
    "ec2:DescribeApplicationStatus",
    "ec2:DescribeInstanceAttribute",
    "ssm:GetCalendarState",
)
VARIABLES = ("AUTOMATION_ALARM_PREFIX", "AUTOMATION_REQUIRE", "CHANGE_CALENDARS", "VALIDATOR_FUNCTION_ARN")
OFF = {
    "AllowAcceptanceReads": "true",
    "AllowSetTerminationProtection": "false",
    "AutomationAlarmPrefix": "",
    "AutomationRequire": "",
    "ChangeCalendars": "",
    "ValidatorFunctionArn": "",
}
NO_READS = {"AllowAcceptanceReads": "false"}


def actions(transformed, **parameters):
    """Return the actions of the function's role with these parameters."""
    return set(actions_of(statements_of(ROLE, deployed(transformed, **parameters))))


@pytest.mark.parametrize(
    ("parameters", "more"),
    [
        (NO_READS, ()),
        ({}, READS),
        ({"AllowSetTerminationProtection": "true"}, (*READS, "ec2:ModifyInstanceAttribute")),
        ({"ValidatorFunctionArn": VALIDATOR}, (*READS, "lambda:InvokeFunction")),
        (NO_READS | {"ValidatorFunctionArn": VALIDATOR}, ("lambda:InvokeFunction",)),
    ],
)
def test_each_permission_is_behind_its_parameter(transformed, parameters, more):
    least = actions(transformed, **NO_READS)

    assert actions(transformed, **parameters) - least == set(more)


def test_by_default_nothing_is_required_and_nothing_more_can_be_changed(template):
    assert {name: template["Parameters"][name]["Default"] for name in OFF} == OFF


def test_the_variables_are_those_of_the_parameters(transformed, function):
    variables = {name: function["Environment"]["Variables"][name] for name in VARIABLES}

    # CloudFormation makes lists of CommaDelimitedList parameters.
    lists = {"AutomationRequire": ["backup", "validator"], "ChangeCalendars": ["freeze", "month-end"]}
    texts = {"AutomationAlarmPrefix": "accept-", "ValidatorFunctionArn": VALIDATOR}
    assert rendered(variables, transformed, **lists, **texts) == {
        "AUTOMATION_ALARM_PREFIX": "accept-",
        "AUTOMATION_REQUIRE": "backup,validator",
        "CHANGE_CALENDARS": "freeze,month-end",
        "VALIDATOR_FUNCTION_ARN": VALIDATOR,
    }


@pytest.mark.parametrize("name", REQUIRABLE)
def test_automation_can_require_what_a_request_can(template, name):
    parameter = template["Parameters"]["AutomationRequire"]

    assert parameter["Type"] == "CommaDelimitedList"
    assert re.fullmatch(parameter["AllowedPattern"], name)
    assert name in parameter["Description"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AutomationAlarmPrefix", "accept/web team: "),
        ("ChangeCalendars", "month-end_2026.v2"),
        ("ChangeCalendars", "arn:aws-us-gov:ssm:us-gov-west-1:444455556666:document/freeze"),
        ("ValidatorFunctionArn", VALIDATOR),
        ("ValidatorFunctionArn", f"{VALIDATOR}:live"),
        ("ValidatorFunctionArn", f"{VALIDATOR}:42"),
        ("ValidatorFunctionArn", f"{VALIDATOR}:$LATEST"),
        ("ValidatorFunctionArn", VALIDATOR.replace("aws", "aws-cn", 1)),
    ],
)
def test_what_aws_allows_is_allowed(template, name, value):
    assert re.fullmatch(template["Parameters"][name]["AllowedPattern"], value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AutomationRequire", "alarms"),
        ("AutomationRequire", "Backup"),
        ("AutomationRequire", " backup"),
        ("AutomationAlarmPrefix", "a\nb"),
        # With an ID of 21 characters, CloudWatch's longest name has 255.
        ("AutomationAlarmPrefix", "a" * 235),
        ("ChangeCalendars", "*"),
        ("ChangeCalendars", "arn:aws:ssm:eu-west-1:444455556666:document/*"),
        ("ChangeCalendars", "arn:aws:ssm:eu-west-1:444455556666:parameter/freeze"),
        ("ValidatorFunctionArn", "accept"),
        ("ValidatorFunctionArn", "*"),
        ("ValidatorFunctionArn", f"{VALIDATOR}*"),
        ("ValidatorFunctionArn", f"{VALIDATOR}:*"),
        ("ValidatorFunctionArn", VALIDATOR.replace("111122223333", "*")),
        ("ValidatorFunctionArn", "arn:aws:lambda:eu-west-1:111122223333:layer:accept"),
    ],
)
def test_what_would_not_work_or_widen_the_permissions_is_refused(template, name, value):
    assert not re.fullmatch(template["Parameters"][name]["AllowedPattern"], value)


def refusals(template, **parameters):
    """Return what CloudFormation says before it creates anything, by its documented rule functions."""
    values = OFF | parameters
    functions = {
        "Fn::Equals": lambda left, right: left == right,
        "Fn::Not": lambda one: not one,
        "Fn::Contains": lambda members, wanted: wanted in members,
        "Fn::EachMemberEquals": lambda members, wanted: all(one == wanted for one in members),
        "Fn::EachMemberIn": lambda members, wanted: all(one in wanted for one in members),
    }

    def value_of(expression):
        if isinstance(expression, list):
            return list(map(value_of, expression))
        if not isinstance(expression, dict):
            return expression
        ((name, argument),) = expression.items()
        if name == "Ref":
            is_list = template["Parameters"][argument]["Type"] == "CommaDelimitedList"
            text = values.get(argument, template["Parameters"][argument]["Default"])
            return text.split(",") if is_list else text
        return functions[name](*value_of(argument))

    return [
        assertion["AssertDescription"]
        for rule in template["Rules"].values()
        if value_of(rule["RuleCondition"])
        for assertion in rule["Assertions"]
        if not value_of(assertion["Assert"])
    ]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"AutomationRequire": "validator"}, "AutomationRequire contains validator, but ValidatorFunctionArn is empty"),
        ({"AutomationRequire": "backup,validator"}, "AutomationRequire contains validator"),
        (NO_READS | {"AutomationRequire": "backup,application-status"}, "AutomationRequire contains a rule that needs"),
        (NO_READS | {"AutomationRequire": "termination-protection"}, "AutomationRequire contains a rule that needs"),
        (NO_READS | {"AutomationAlarmPrefix": "accept-"}, "AutomationAlarmPrefix is set"),
        (NO_READS | {"ChangeCalendars": "freeze"}, "ChangeCalendars is set"),
        (NO_READS | {"AllowSetTerminationProtection": "true"}, "AllowSetTerminationProtection is true"),
        ({"ArchiveApplicationAndWave": "true"}, "ArchiveApplicationAndWave is true"),
        ({"MemberAccounts": "444455556666"}, "MemberAccounts is set, but MemberRoleName is empty"),
        ({"MemberAccounts": "MANAGED,444455556666", "MemberRoleName": "R"}, "MemberAccounts contains MANAGED and"),
    ],
)
def test_what_cannot_work_together_is_refused_before_anything_is_created(template, parameters, said):
    (refusal,) = refusals(template, **parameters)

    assert refusal.startswith(said)
    assert "allowed" in refusal


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        NO_READS,
        NO_READS | {"AutomationRequire": "backup,validator", "ValidatorFunctionArn": VALIDATOR},
        {"AutomationRequire": "application-status,termination-protection,backup", "ChangeCalendars": "freeze"},
        {"AutomationRequire": "validator", "ValidatorFunctionArn": VALIDATOR, "AutomationAlarmPrefix": "accept-"},
        {"AllowSetTerminationProtection": "true"},
        {"AllowArchiveApplicationAndWave": "true"},
        {"ArchiveApplicationAndWave": "true", "ArchiveAfterFinalize": "true"},
        {"MemberAccounts": "444455556666,777788889999", "MemberRoleName": "FinalizeCutoverMember"},
        {"MemberAccounts": "MANAGED", "MemberRoleName": "FinalizeCutoverMember"},
    ],
    ids=str,
)
def test_what_works_together_is_not_refused(template, parameters):
    assert refusals(template, **parameters) == []
