"""What docs/direct.md lets a role in a member account do is what the function needs there, and no more."""

import json
import re

import pytest

from tests.template.iam import actions_of, statements_of
from tests.template.rendered import deployed


@pytest.fixture
def policies(root):
    """Return the trust policy and the permissions that the page shows."""
    page = (root / "docs" / "direct.md").read_text()
    blocks = re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)
    return [json.loads(block)["Statement"] for block in blocks if '"Statement"' in block]


def test_the_role_may_do_to_mgn_and_ec2_what_the_function_may_in_its_own_account(policies, transformed):
    own = actions_of(statements_of("FinalizeCutoverRole", deployed(transformed)))

    _, permissions = policies

    assert set(actions_of(permissions)) == {action for action in own if action.startswith(("mgn:", "ec2:"))}


def test_what_it_may_change_is_source_servers_of_the_member_alone(policies):
    writes = {"mgn:FinalizeCutover", "mgn:MarkAsArchived"}

    allowed = actions_of(policies[1])

    assert {allowed[action] for action in writes} == {"arn:aws:mgn:*:444455556666:source-server/*"}


def test_it_is_trusted_to_nobody_but_the_function_and_by_the_external_id(policies):
    (trust,) = policies[0]

    assert (trust["Principal"], trust["Action"]) == ({"AWS": "FUNCTION-ROLE-ARN"}, "sts:AssumeRole")
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": "EXTERNAL-ID"}}


def test_whom_it_must_trust_is_among_the_outputs(template):
    assert template["Outputs"]["FinalizeCutoverRole"]["Value"] == {"Fn::GetAtt": ["FinalizeCutoverRole", "Arn"]}
