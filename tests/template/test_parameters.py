"""Parameters and outputs, as a person sees them in the console before and after a deployment."""

import json
import re

import pytest

from tests.template.rendered import rendered


@pytest.fixture
def parameters(template):
    return template["Parameters"]


@pytest.fixture
def interface(template):
    return template["Metadata"]["AWS::CloudFormation::Interface"]


def test_every_parameter_is_described_in_a_sentence(parameters):
    descriptions = {name: parameter.get("Description", "") for name, parameter in parameters.items()}

    assert [name for name, text in descriptions.items() if " " not in text or not text.endswith(".")] == []


def test_the_stack_deploys_without_a_decision(parameters):
    assert [name for name, parameter in parameters.items() if "Default" not in parameter] == []


def test_every_parameter_is_in_one_group(parameters, interface):
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]

    assert sorted(grouped) == sorted(parameters)


def test_every_parameter_has_a_label(parameters, interface):
    assert interface["ParameterLabels"].keys() == parameters.keys()


def test_every_parameter_is_used(template, parameters):
    used = json.dumps({section: template[section] for section in ("Conditions", "Globals", "Resources")})

    assert [name for name in parameters if f'{{"Ref": "{name}"}}' not in used] == []


@pytest.mark.parametrize("name", ["ApprovalTagKey", "ApprovalTagValue"])
def test_approval_is_never_automatic(parameters, name):
    assert parameters[name]["Default"]
    assert not re.fullmatch(parameters[name]["AllowedPattern"], "")


def test_every_default_is_allowed(parameters):
    patterns = {
        name: parameter["AllowedPattern"] for name, parameter in parameters.items() if "AllowedPattern" in parameter
    }

    assert [name for name, one in patterns.items() if not re.fullmatch(one, parameters[name]["Default"])] == []


def test_automation_is_off_unless_somebody_turns_it_on(parameters):
    assert parameters["FinalizeOnLaunch"]["Default"] == "DISABLED"
    assert parameters["FinalizeOnLaunch"]["AllowedValues"] == ["ENABLED", "DISABLED"]


@pytest.mark.parametrize("name", ["FinalizeOnLaunch", "ApprovalTagKey", "MemberAccounts"])
def test_a_parameter_that_leads_to_finalizing_says_that_it_cannot_be_undone(parameters, name):
    assert "cannot be undone" in parameters[name]["Description"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AlarmTopicArn", "arn:aws-us-gov:sns:us-gov-west-1:111122223333:migration-alarms"),
        ("MemberAccounts", "044455556666"),
        ("MemberAccounts", "MANAGED"),
        ("MemberRoleName", "FinalizeCutoverMember"),
        ("MemberRoleExternalId", "partner/42"),
        ("EventBusName", "default"),
        ("ApprovalTagValue", "freigegeben für Welle 1"),
    ],
)
def test_what_aws_allows_is_allowed(parameters, name, value):
    assert re.fullmatch(parameters[name]["AllowedPattern"], value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AlarmTopicArn", "migration-alarms"),
        ("MemberAccounts", "44455556666"),
        ("MemberAccounts", "managed"),
        ("MemberAccounts", "*"),
        ("MemberRoleName", "path/Role"),
        ("MemberRoleName", "*"),
        ("EventBusName", ""),
        ("EventBusName", "*"),
        ("ApprovalTagValue", 'with "quotes"'),
        ("ApprovalTagValue", "${aws:PrincipalTag/team}"),
        ("ApprovalTagKey", "${aws:username}"),
    ],
)
def test_what_would_break_the_stack_or_widen_its_permissions_is_refused(parameters, name, value):
    assert not re.fullmatch(parameters[name]["AllowedPattern"], value)


def test_decisions_are_logged_by_default(parameters):
    assert parameters["LogLevel"]["Default"] == "INFO"


def test_other_stacks_import_the_service_token(template):
    output = template["Outputs"]["ServiceToken"]

    assert output["Value"] == {"Fn::GetAtt": ["FinalizeCutover", "Arn"]}
    assert output["Export"] == {"Name": {"Fn::Sub": "${AWS::StackName}-ServiceToken"}}


def test_every_output_is_described_in_a_sentence(template):
    assert all(output["Description"].endswith(".") for output in template["Outputs"].values())


def test_automation_finalizes_whole_applications_only_if_somebody_asks(parameters, transformed, function):
    parameter = parameters["FinalizeApplicationsTogether"]
    variable = {"APPLICATIONS_TOGETHER": function["Environment"]["Variables"]["APPLICATIONS_TOGETHER"]}

    assert (parameter["Default"], parameter["AllowedValues"]) == ("false", ["true", "false"])
    assert rendered(variable, transformed, FinalizeApplicationsTogether="true") == {"APPLICATIONS_TOGETHER": "true"}
