"""The parameters for accounts with rules of their own: a permissions boundary, and a VPC."""

import re

import pytest

SUBNETS = {"VpcSubnetIds": ["subnet-1"], "VpcSecurityGroupIds": ["sg-1"]}


def test_the_function_is_in_a_vpc_only_if_subnets_are_given(function, template):
    config = {"SecurityGroupIds": {"Ref": "VpcSecurityGroupIds"}, "SubnetIds": {"Ref": "VpcSubnetIds"}}

    assert function["VpcConfig"] == {"Fn::If": ["HasVpc", config, {"Ref": "AWS::NoValue"}]}
    joined = {"Fn::Join": ["", {"Ref": "VpcSubnetIds"}]}
    assert template["Conditions"]["HasVpc"] == {"Fn::Not": [{"Fn::Equals": [joined, ""]}]}


def test_subnets_without_security_groups_are_refused_before_anything_is_created(template):
    rule = template["Rules"]["SubnetsNeedSecurityGroups"]

    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::EachMemberEquals": [{"Ref": "VpcSubnetIds"}, ""]}]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::EachMemberEquals": [{"Ref": "VpcSecurityGroupIds"}, ""]}]}
    assert "VpcSecurityGroupIds is empty; allowed" in assertion["AssertDescription"]


@pytest.mark.parametrize(
    ("arn", "is_allowed"),
    [
        ("", True),
        ("arn:aws:iam::111122223333:policy/boundary", True),
        ("arn:aws-us-gov:iam::111122223333:policy/path/boundary", True),
        ("arn:aws:iam::aws:policy/PowerUserAccess", True),
        ("boundary", False),
        ("arn:aws:iam::111122223333:role/boundary", False),
    ],
)
def test_a_permissions_boundary_is_the_arn_of_a_policy(template, arn, is_allowed):
    pattern = template["Parameters"]["PermissionsBoundaryArn"]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, arn)) == is_allowed


@pytest.mark.parametrize("name", ["ApprovalTagKey", "ApprovalTagValue"])
@pytest.mark.parametrize(
    ("value", "is_allowed"),
    [("approved", True), ("go ahead", True), ("a\nb", False), ("a\tb", False), ("a\x7f", False)],
)
def test_a_tag_has_no_control_character_which_would_break_the_policy_and_the_dashboard(
    template, name, value, is_allowed
):
    assert bool(re.fullmatch(template["Parameters"][name]["AllowedPattern"], value)) == is_allowed


def test_lambda_keeps_100_executions_unreserved(template):
    assert template["Parameters"]["ReservedConcurrency"]["MaxValue"] == 900


def test_the_log_group_of_the_state_machine_needs_no_resource_policy_and_clashes_with_no_older_one(transformed):
    name, parts = transformed["Resources"]["FinalizeWaveLogs"]["Properties"]["LogGroupName"]["Fn::Sub"]

    assert name == "/aws/vendedlogs/states/${AWS::StackName}-${Unique}"
    # arn:aws:cloudformation:eu-west-1:111122223333:stack/finalize-cutover/5b7a6f80-1111-2222-3333-0123456789ab
    assert parts["Unique"] == {
        "Fn::Select": [4, {"Fn::Split": ["-", {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}]}]
    }
