"""examples/member-account-events.yaml forwards what the application's event rule matches; the bus admits only that."""

import json

import pytest
from samtranslator.yaml_helper import yaml_parse

from finalize_cutover.handlers.eventbridge import launch_result
from tests.template.rendered import deployed

CENTRAL = "111122223333"
ORGANIZATION = "o-0123456789"
BUS = "arn:<AWS::Partition>:events:<AWS::Region>:{account}:event-bus/default"


def resources(root, name, **parameters):
    # YAML parses a policy's Version as a date, which JSON does not have.
    text = (root / "examples" / name).read_text()
    return deployed(json.loads(json.dumps(yaml_parse(text), default=str)), **parameters)


@pytest.fixture(scope="module")
def member(root):
    return resources(root, "member-account-events.yaml", CentralAccountID=CENTRAL)


@pytest.fixture(scope="module")
def policy(root):
    bus = resources(root, "central-event-bus.yaml", OrganizationID=ORGANIZATION)
    return bus["AdmitLaunchResults"]["Properties"]


def test_a_member_forwards_what_the_applications_event_rule_matches(member, transformed):
    own = transformed["Resources"]["FinalizeCutoverLaunchResult"]["Properties"]["EventPattern"]

    assert member["ForwardLaunchResults"]["Properties"]["EventPattern"] == own


def test_events_go_to_the_bus_of_the_applications_event_rule(member, transformed):
    (target,) = member["ForwardLaunchResults"]["Properties"]["Targets"]

    # Without a name, a rule is on the default bus.
    assert "EventBusName" not in transformed["Resources"]["FinalizeCutoverLaunchResult"]["Properties"]
    assert target["Arn"] == BUS.format(account=CENTRAL)


def test_the_role_may_send_events_to_that_bus_and_nothing_else(member):
    (target,) = member["ForwardLaunchResults"]["Properties"]["Targets"]
    role = member["ForwardLaunchResultsRole"]["Properties"]
    (statement,) = [one for policy in role["Policies"] for one in policy["PolicyDocument"]["Statement"]]

    assert target["RoleArn"] == "<ForwardLaunchResultsRole.Arn>"
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == (
        "Allow",
        "events:PutEvents",
        target["Arn"],
    )


def test_only_eventbridge_for_this_account_may_use_the_role(member):
    (trust,) = member["ForwardLaunchResultsRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"}}


def test_the_bus_admits_mgns_launch_results_from_the_organization_and_nothing_else(policy):
    statement = policy["Statement"]

    assert (statement["Action"], statement["Resource"]) == ("events:PutEvents", BUS.format(account="<AWS::AccountId>"))
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:PrincipalOrgID": ORGANIZATION,
            "events:source": "aws.mgn",
            "events:detail-type": launch_result.DETAIL_TYPE,
        }
    }
    assert policy["EventBusName"] == "default"
