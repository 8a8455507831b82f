"""examples/member-account-role.yaml gives only the function access to a member account, and only what it needs."""

import json

import pytest
from samtranslator.yaml_helper import yaml_parse

from tests.template.iam import actions_of, is_trusted, statements_of
from tests.template.rendered import deployed

FUNCTION = "arn:aws:iam::111122223333:role/finalize-cutover-FinalizeCutoverRole-0123ABCD"
EXTERNAL_ID = "of-our-migration"
SHOWN = {"sts:ExternalId": EXTERNAL_ID}
STRANGERS = [
    (FUNCTION, {}),
    (FUNCTION, {"sts:ExternalId": "of-another-migration"}),
    (FUNCTION.replace("FinalizeCutoverRole", "FinalizeWaveRole"), SHOWN),
    (FUNCTION.replace("111122223333", "444455556666"), SHOWN),
    ("arn:aws:iam::111122223333:root", SHOWN),
    ("*", SHOWN),
]


@pytest.fixture(scope="module")
def example(root):
    # YAML parses a policy's Version as a date, which JSON does not have.
    text = (root / "examples" / "member-account-role.yaml").read_text()
    return json.loads(json.dumps(yaml_parse(text), default=str))


@pytest.fixture(scope="module")
def member(example):
    """Returns the resources of the example, with these parameters."""
    return lambda **parameters: deployed(
        example, FunctionRoleArn=FUNCTION, MemberRoleExternalId=EXTERNAL_ID, **parameters
    )


@pytest.fixture(scope="module")
def trust(member):
    return member()["MemberRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]


def test_the_role_may_do_to_mgn_and_ec2_what_the_function_may_in_its_own_account(member, allowed):
    own = {action: on for action, on in allowed.items() if action.startswith(("mgn:", "ec2:"))}

    assert actions_of(statements_of("MemberRole", member())) == own


def test_where_the_tag_is_enforced_the_role_is_denied_what_the_function_is_in_its_own_account(member, transformed):
    tag = {"EnforceApprovalTag": "true", "ApprovalTagKey": "migration:cut over", "ApprovalTagValue": "freigegeben"}

    theirs, own = member(**tag)["ApprovalPolicy"], deployed(transformed, **tag)["ApprovalPolicy"]

    assert json.loads(theirs["Properties"]["PolicyDocument"]) == json.loads(own["Properties"]["PolicyDocument"])
    assert theirs["Properties"]["Roles"] == ["<MemberRole>"]


def test_there_is_nothing_but_the_role_unless_the_tag_is_enforced(member):
    assert set(member()) == {"MemberRole"}
    assert set(member(EnforceApprovalTag="true")) == {"MemberRole", "ApprovalPolicy"}


def test_the_role_lets_the_function_in(trust):
    assert is_trusted(trust, FUNCTION, SHOWN)


def test_no_other_account_and_no_service_is_named_in_the_trust_policy(trust):
    assert [statement["Principal"] for statement in trust] == [{"AWS": FUNCTION}]


@pytest.mark.parametrize(("principal", "context"), STRANGERS)
def test_the_role_lets_nobody_else_in_nor_the_function_without_the_external_id(trust, principal, context):
    assert not is_trusted(trust, principal, context)


def test_the_role_has_the_name_that_is_assumed_and_no_path(member):
    properties = member(MemberRoleName="Finalizer")["MemberRole"]["Properties"]

    assert (properties["RoleName"], properties.get("Path", "/")) == ("Finalizer", "/")


def test_whoever_deploys_it_must_say_whom_to_trust_and_by_what(example):
    assert {name for name, parameter in example["Parameters"].items() if "Default" not in parameter} == {
        "FunctionRoleArn",
        "MemberRoleExternalId",
    }


@pytest.mark.parametrize("name", ["ApprovalTagKey", "ApprovalTagValue", "EnforceApprovalTag"])
def test_what_the_application_takes_the_example_takes(example, template, name):
    theirs, own = example["Parameters"][name], template["Parameters"][name]

    assert {**theirs, "Description": ""} == {**own, "Description": ""}


def test_its_name_and_external_id_are_what_the_application_takes_when_it_takes_any(example, template):
    theirs, own = (
        {name: one["Parameters"][name]["AllowedPattern"] for name in ("MemberRoleName", "MemberRoleExternalId")}
        for one in (example, template)
    )

    assert theirs["MemberRoleName"].replace("{1,64}", "{0,64}") == own["MemberRoleName"]
    assert f"({theirs['MemberRoleExternalId']})?" == own["MemberRoleExternalId"]


def test_whom_it_must_trust_is_among_the_outputs(template):
    assert template["Outputs"]["FinalizeCutoverRole"]["Value"] == {"Fn::GetAtt": ["FinalizeCutoverRole", "Arn"]}
