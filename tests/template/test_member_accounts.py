"""examples/member-account-role.yaml gives only the function access to a member account, and only what it needs."""

import json

import pytest
from samtranslator.yaml_helper import yaml_parse

from tests.template.iam import is_trusted, listed, statements_of
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


# For these services the function calls the member account; calendars and the validator are in its own account.
IN_MEMBER = ("mgn:", "ec2:", "cloudwatch:")


def those_in_member(statements):
    """Return the statements about services that the function calls in a member account, without their order."""
    return sorted(
        json.dumps(one, sort_keys=True) for one in statements if listed(one["Action"])[0].startswith(IN_MEMBER)
    )


@pytest.mark.parametrize("reads", ["true", "false"])
@pytest.mark.parametrize("writes", ["true", "false"])
@pytest.mark.parametrize("archives", ["true", "false"])
def test_the_role_is_allowed_what_the_function_is_in_its_own_account_with_the_same_parameters(
    member, transformed, reads, writes, archives
):
    options = {"AllowAcceptanceReads": reads, "AllowSetTerminationProtection": writes}
    options["AllowArchiveApplicationAndWave"] = archives
    own = statements_of("FinalizeCutoverRole", deployed(transformed, **options))

    theirs = statements_of("MemberRole", member(**options))

    assert those_in_member(theirs) == those_in_member(own)
    assert len(theirs) == len(those_in_member(theirs))


@pytest.mark.parametrize("binding", ["SOURCE_SERVER", "INSTANCE"])
def test_where_the_tag_is_enforced_the_role_is_denied_what_the_function_is_in_its_own_account(
    member, transformed, binding
):
    tag = {"EnforceApprovalTag": "true", "ApprovalTagKey": "migration:cut over", "ApprovalTagValue": "freigegeben"}
    tag["ApprovalBinding"] = binding

    theirs, own = member(**tag)["ApprovalPolicy"], deployed(transformed, **tag)["ApprovalPolicy"]

    assert json.loads(theirs["Properties"]["PolicyDocument"]) == json.loads(own["Properties"]["PolicyDocument"])
    assert theirs["Properties"]["Roles"] == ["<MemberRole>"]


def test_there_is_nothing_but_the_role_and_its_reads_unless_the_tag_is_enforced(member):
    usual = {"MemberRole", "AcceptancePolicy", "HoldPolicy"}
    assert set(member()) == usual
    assert set(member(EnforceApprovalTag="true")) == {*usual, "ApprovalPolicy"}


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


@pytest.mark.parametrize(
    "name",
    [
        *("AllowAcceptanceReads", "AllowArchiveApplicationAndWave", "AllowSetTerminationProtection"),
        *("ApprovalBinding", "ApprovalTagKey", "ApprovalTagValue", "EnforceApprovalTag", "HoldTagKey"),
    ],
)
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
