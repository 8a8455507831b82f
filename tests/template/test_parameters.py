"""Parameters and outputs: what a person sees in the console before and after deploying."""

import json

import pytest


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
    used = json.dumps({section: template[section] for section in ("Globals", "Resources")})

    assert [name for name in parameters if f'{{"Ref": "{name}"}}' not in used] == []


def test_approval_is_never_automatic(parameters):
    defaults = [parameters[name] for name in ("ApprovalTagKey", "ApprovalTagValue")]

    assert all(parameter["Default"] and parameter["MinLength"] == 1 for parameter in defaults)


def test_decisions_are_logged_by_default(parameters):
    assert parameters["LogLevel"]["Default"] == "INFO"


def test_other_stacks_import_the_service_token(template):
    output = template["Outputs"]["ServiceToken"]

    assert output["Value"] == {"Fn::GetAtt": ["FinalizeCutover", "Arn"]}
    assert output["Export"] == {"Name": {"Fn::Sub": "${AWS::StackName}-ServiceToken"}}


def test_every_output_is_described_in_a_sentence(template):
    assert all(output["Description"].endswith(".") for output in template["Outputs"].values())
