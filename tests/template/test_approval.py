"""The effect of EnforceApprovalTag on the function's role."""

import json

import pytest

from tests.template.iam import is_allowed, statements_of
from tests.template.rendered import deployed

FINALIZING = ["mgn:FinalizeCutover", "mgn:MarkAsArchived"]
SERVER = "arn:<AWS::Partition>:mgn:<AWS::Region>:<AWS::AccountId>:source-server/s-0123456789abcdef0"
APPROVED = {"aws:ResourceTag/FinalizeCutover": "approved"}


@pytest.fixture(scope="module")
def role(transformed):
    """Returns the statements of the function's role, with these parameters."""
    return lambda **parameters: statements_of("FinalizeCutoverRole", deployed(transformed, **parameters))


@pytest.mark.parametrize("action", FINALIZING)
@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"aws:ResourceTag/FinalizeCutover": "Approved"},
        {"aws:ResourceTag/FinalizeCutover": ""},
        {"aws:ResourceTag/Approved": "approved"},
    ],
    ids=["no tag", "another spelling", "no value", "another key"],
)
def test_what_is_not_approved_is_refused_only_where_the_tag_is_enforced(role, action, tags):
    assert is_allowed(role(), action, SERVER, tags)
    assert not is_allowed(role(EnforceApprovalTag="true"), action, SERVER, tags)


@pytest.mark.parametrize("action", FINALIZING)
def test_what_is_approved_is_allowed_in_either_case(role, action):
    assert is_allowed(role(), action, SERVER, APPROVED)
    assert is_allowed(role(EnforceApprovalTag="true"), action, SERVER, APPROVED)


def test_the_tag_is_the_one_of_the_parameters(role):
    own = {"ApprovalTagKey": "migration:cut over", "ApprovalTagValue": "freigegeben für Welle 1"}
    enforced = role(EnforceApprovalTag="true", **own)

    carried = {f"aws:ResourceTag/{own['ApprovalTagKey']}": own["ApprovalTagValue"]}

    assert is_allowed(enforced, "mgn:FinalizeCutover", SERVER, carried)
    assert not is_allowed(enforced, "mgn:FinalizeCutover", SERVER, APPROVED)


@pytest.mark.parametrize("action", FINALIZING)
def test_an_approval_of_one_launch_names_an_instance(role, action):
    enforced = role(EnforceApprovalTag="true", ApprovalBinding="INSTANCE")

    assert is_allowed(enforced, action, SERVER, {"aws:ResourceTag/FinalizeCutover": "i-0123456789abcdef0"})
    assert not is_allowed(enforced, action, SERVER, APPROVED)
    assert not is_allowed(enforced, action, SERVER)


@pytest.mark.parametrize("value", ["", "no", "until Monday"])
def test_what_is_on_hold_may_never_be_finalized(role, value):
    for parameters in ({}, {"EnforceApprovalTag": "true"}):
        held = {**APPROVED, "aws:ResourceTag/FinalizeCutoverHold": value}
        assert not is_allowed(role(**parameters), "mgn:FinalizeCutover", SERVER, held)
        assert is_allowed(role(**parameters), "mgn:MarkAsArchived", SERVER, held)


def test_the_hold_tag_is_the_one_of_the_parameter(role):
    own = role(HoldTagKey="not yet")

    assert not is_allowed(own, "mgn:FinalizeCutover", SERVER, {"aws:ResourceTag/not yet": ""})
    assert is_allowed(own, "mgn:FinalizeCutover", SERVER, {"aws:ResourceTag/FinalizeCutoverHold": ""})


def test_the_denial_outweighs_whatever_else_the_role_is_allowed(role):
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}

    assert not is_allowed([*role(EnforceApprovalTag="true"), everything], "mgn:FinalizeCutover", SERVER)


def test_source_servers_of_member_accounts_in_mgns_global_view_are_no_exception(role):
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    theirs = SERVER.replace("<AWS::AccountId>", "444455556666")

    assert not is_allowed([*role(EnforceApprovalTag="true"), everything], "mgn:FinalizeCutover", theirs)


def test_looking_needs_no_approval(role):
    enforced = role(EnforceApprovalTag="true")

    assert is_allowed(enforced, "mgn:DescribeSourceServers", "*")
    assert is_allowed(enforced, "mgn:DescribeJobLogItems", SERVER.replace("source-server/s-", "job/mgnjob-"))


def test_the_policy_is_text_because_a_parameter_is_part_of_a_key(transformed):
    document = transformed["Resources"]["ApprovalPolicy"]["Properties"]["PolicyDocument"]

    ((text, _values),) = document.values()
    assert document.keys() == {"Fn::Sub"}
    assert json.loads(text)["Version"] == "2012-10-17"
    assert "aws:ResourceTag/${ApprovalTagKey}" in text
