"""examples/guardrail.yaml: who the service control policy denies, and which calls raise the alarm."""

import json
import re

import pytest
from samtranslator.yaml_helper import yaml_parse

from tests.template.event_patterns import matches
from tests.template.iam import is_allowed
from tests.template.rendered import deployed

APPLICATION, MEMBER, OTHER = "111122223333", "444455556666", "777788889999"
FUNCTION = f"arn:aws:iam::{APPLICATION}:role/finalize-cutover-FinalizeCutoverRole-1A2B3C4D5E6F"
MEMBER_ROLE = f"arn:aws:iam::{MEMBER}:role/FinalizeCutoverMember"
BREAK_GLASS = (
    f"arn:aws:iam::{MEMBER}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_BreakGlass_0123456789"
)
DEPLOYER = f"arn:aws:iam::{MEMBER}:role/stacksets-exec-0123456789abcdef"
ADMINISTRATOR = f"arn:aws:iam::{MEMBER}:role/Administrator"
PARAMETERS = {
    "TargetIDs": "ou-ab12-11111111",
    "OrganizationID": "o-0123456789",
    "ApplicationAccountID": APPLICATION,
    "FunctionRoleName": "finalize-cutover-FinalizeCutoverRole-*",
    "BreakGlassRoleArn": "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BreakGlass_*",
    "DeploymentRoleArn": "arn:aws:iam::*:role/stacksets-exec-*",
}
SERVER = f"arn:aws:mgn:eu-west-1:{MEMBER}:source-server/s-0123456789abcdef0"
# Without a policy that allows everything, an organization's accounts can do nothing.
FULL_ACCESS = {"Effect": "Allow", "Action": "*", "Resource": "*"}
MOST_CHARACTERS = 5120  # of a service control policy

ALLOWED = [FUNCTION, MEMBER_ROLE, MEMBER_ROLE.replace(MEMBER, OTHER), BREAK_GLASS]
DENIED = [
    ADMINISTRATOR,
    DEPLOYER,
    f"arn:aws:iam::{MEMBER}:user/jane",
    f"arn:aws:iam::{MEMBER}:root",
    # The function's role has its name in the application's account only, and the member role has no path.
    FUNCTION.replace(APPLICATION, MEMBER),
    FUNCTION.replace("finalize-cutover-", "another-"),
    MEMBER_ROLE.replace("role/", "role/path/"),
    f"{MEMBER_ROLE}2",
    MEMBER_ROLE.replace("role/", "user/"),
    None,
]


def template(root, name="guardrail.yaml"):
    # YAML parses a policy's Version as a date, which JSON does not have.
    return json.loads(json.dumps(yaml_parse((root / "examples" / name).read_text()), default=str))


@pytest.fixture(scope="module")
def guardrail(root):
    """Returns the resources with these parameters."""

    def guardrail(**parameters):
        resources = deployed(template(root), **{**PARAMETERS, **parameters})
        return json.loads(json.dumps(resources).replace("<AWS::Partition>", "aws"))

    return guardrail


@pytest.fixture(scope="module")
def may(guardrail):
    """Returns whether the policy lets a principal do something on a resource."""

    def may(principal, action, resource=SERVER, **parameters):
        content = guardrail(**parameters)["OnlyFinalizeCutover"]["Properties"]["Content"]
        context = {"aws:PrincipalArn": principal} if principal else {}
        return is_allowed([*content["Statement"], FULL_ACCESS], action, resource, context)

    return may


@pytest.fixture(scope="module")
def pattern(guardrail):
    return guardrail()["SomeoneElseFinalizes"]["Properties"]["EventPattern"]


@pytest.mark.parametrize("action", ["mgn:FinalizeCutover", "mgn:DisconnectFromService"])
@pytest.mark.parametrize("principal", ALLOWED)
def test_finalize_cutover_and_the_break_glass_role_may_finalize(may, principal, action):
    assert may(principal, action)


@pytest.mark.parametrize("action", ["mgn:FinalizeCutover", "mgn:finalizecutover", "mgn:DisconnectFromService"])
@pytest.mark.parametrize("principal", DENIED)
def test_nobody_else_may_finalize_or_disconnect(may, principal, action):
    assert not may(principal, action)


@pytest.mark.parametrize("principal", [ADMINISTRATOR, FUNCTION])
@pytest.mark.parametrize(
    "action",
    ["mgn:StartCutover", "mgn:DescribeSourceServers", "mgn:MarkAsArchived", "mgn:TagResource", "ec2:RunInstances"],
)
def test_nothing_else_is_denied(may, principal, action):
    assert may(principal, action)


@pytest.mark.parametrize(("denies", "is_denied"), [("false", False), ("true", True)])
def test_state_changes_are_denied_only_with_their_parameter(may, denies, is_denied):
    action = "mgn:ChangeServerLifeCycleState"

    assert may(ADMINISTRATOR, action, DenyLifeCycleStateChanges=denies) is not is_denied
    assert may(BREAK_GLASS, action, DenyLifeCycleStateChanges=denies)


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PassRole", "iam:UpdateAssumeRolePolicy"])
@pytest.mark.parametrize("role", [FUNCTION, MEMBER_ROLE, MEMBER_ROLE.replace(MEMBER, OTHER)])
def test_an_administrator_can_neither_make_nor_take_an_allowed_role(may, action, role):
    assert not may(ADMINISTRATOR, action, role)
    assert may(DEPLOYER, action, role)
    assert may(BREAK_GLASS, action, role)
    assert may(ADMINISTRATOR, action, ADMINISTRATOR)


def test_the_policy_is_small_enough(guardrail):
    content = guardrail(DenyLifeCycleStateChanges="true")["OnlyFinalizeCutover"]["Properties"]["Content"]

    assert len(json.dumps(content)) < MOST_CHARACTERS / 2


def test_without_targets_only_the_alarm_is_deployed(guardrail):
    assert guardrail().keys() - guardrail(TargetIDs="").keys() == {"OnlyFinalizeCutover"}


@pytest.mark.parametrize(
    ("parameter", "value", "is_allowed"),
    [
        ("FunctionRoleName", "finalize-cutover-FinalizeCutoverRole-*", True),
        ("FunctionRoleName", "*", False),
        ("FunctionRoleName", "a*", False),
        ("FunctionRoleName", "finalize-*-FinalizeCutoverRole", False),
        ("MemberRoleName", "FinalizeCutoverMember", True),
        ("MemberRoleName", "*", False),
        *(
            (parameter, value, is_allowed)
            for parameter in ("BreakGlassRoleArn", "DeploymentRoleArn")
            for value, is_allowed in [
                ("arn:aws:iam::*:role/BreakGlass", True),
                (PARAMETERS["BreakGlassRoleArn"], True),
                (PARAMETERS["DeploymentRoleArn"], True),
                ("arn:aws:iam::111122223333:role/path/Deploy", True),
                ("*", False),
                ("arn:aws:iam::*:role/*", False),
                ("arn:aws:iam::*:*", False),
                ("arn:aws:iam::111122223333:user/jane", False),
                ("BreakGlass", False),
            ]
        ),
    ],
)
def test_no_parameter_lets_everybody_through(root, parameter, value, is_allowed):
    allowed = template(root)["Parameters"][parameter]["AllowedPattern"]

    assert bool(re.fullmatch(allowed, value)) is is_allowed


def issued_by(arn):
    """Return the identity of a session of a role, as CloudTrail records it."""
    _, _, _, _, account, path = arn.split(":")
    name = path.rpartition("/")[2]
    issuer = {
        "type": "Role",
        "principalId": "AROA0123456789EXAMPLE",
        "arn": arn,
        "accountId": account,
        "userName": name,
    }
    return {
        "type": "AssumedRole",
        "principalId": "AROA0123456789EXAMPLE:session",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/session",
        "accountId": account,
        "sessionContext": {
            "sessionIssuer": issuer,
            "attributes": {"creationDate": "2026-11-23T10:00:00Z", "mfaAuthenticated": "false"},
        },
    }


USER = {
    "type": "IAMUser",
    "principalId": "AIDA0123456789EXAMPLE",
    "arn": f"arn:aws:iam::{MEMBER}:user/jane",
    "accountId": MEMBER,
    "accessKeyId": "AKIA0123456789EXAMPL",
    "userName": "jane",
}
# In the console, a user has a session without an issuer.
USER_IN_CONSOLE = {**USER, "sessionContext": {"attributes": {"mfaAuthenticated": "true"}}}
ROOT = {"type": "Root", "principalId": MEMBER, "arn": f"arn:aws:iam::{MEMBER}:root", "accountId": MEMBER}
ELSE = [
    issued_by(ADMINISTRATOR),
    issued_by(BREAK_GLASS),
    issued_by(FUNCTION.replace(APPLICATION, MEMBER)),
    issued_by(MEMBER_ROLE.replace("role/", "role/path/")),
    USER,
    USER_IN_CONSOLE,
    ROOT,
]


def call(identity, operation="FinalizeCutover", source="mgn.amazonaws.com", **request):
    """Return the event of a call to MGN, in the form in which CloudTrail records calls."""
    return {
        "version": "0",
        "id": "9da9af57-9253-4406-87cb-7cc400e43465",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.mgn",
        "account": MEMBER,
        "time": "2026-11-23T10:15:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": {
            "eventVersion": "1.10",
            "userIdentity": identity,
            "eventTime": "2026-11-23T10:15:00Z",
            "eventSource": source,
            "eventName": operation,
            "awsRegion": "eu-west-1",
            "sourceIPAddress": "192.0.2.1",
            "userAgent": "aws-cli/2.0",
            "requestParameters": {"sourceServerID": "s-0123456789abcdef0", **request},
            "responseElements": None,
            "requestID": "b1f8b5d8-0000-4000-8000-000000000000",
            "eventID": "0c1d2e3f-0000-4000-8000-000000000000",
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": MEMBER,
            "eventCategory": "Management",
        },
    }


def to_state(identity, state):
    return call(identity, "ChangeServerLifeCycleState", lifeCycle={"state": state})


@pytest.mark.parametrize("operation", ["FinalizeCutover", "DisconnectFromService"])
@pytest.mark.parametrize("identity", ELSE, ids=lambda identity: identity["arn"])
def test_whoever_else_finalizes_or_disconnects_raises_the_alarm(pattern, identity, operation):
    assert matches(pattern, call(identity, operation))


@pytest.mark.parametrize("identity", ELSE, ids=lambda identity: identity["arn"])
def test_whoever_else_changes_a_state_to_cutover_raises_the_alarm(pattern, identity):
    assert matches(pattern, to_state(identity, "CUTOVER"))
    assert matches(pattern, call(identity, "ChangeServerLifeCycleState"))


@pytest.mark.parametrize("principal", [FUNCTION, MEMBER_ROLE, MEMBER_ROLE.replace(MEMBER, OTHER)])
def test_finalize_cutover_raises_no_alarm(pattern, principal):
    identity = issued_by(principal)

    assert not matches(pattern, call(identity))
    assert not matches(pattern, to_state(identity, "CUTOVER"))


@pytest.mark.parametrize(
    "event",
    [
        to_state(USER, "READY_FOR_CUTOVER"),
        to_state(USER, "READY_FOR_TEST"),
        call(USER, "StartCutover"),
        call(USER, "MarkAsArchived"),
        call(USER, source="drs.amazonaws.com"),
        call(USER) | {"source": "aws.drs"},
        call(USER) | {"detail-type": "MGN Source Server Launch Result"},
    ],
)
def test_other_calls_raise_no_alarm(pattern, event):
    assert not matches(pattern, event)


def test_a_member_account_forwards_every_call_that_raises_the_alarm(root, pattern):
    member = deployed(template(root, "guardrail-member.yaml"), ManagementAccountID=APPLICATION)
    forwarded = member["ForwardCalls"]["Properties"]["EventPattern"]

    calls = [call(USER), call(USER, "DisconnectFromService"), to_state(USER, "CUTOVER")]

    assert [matches(forwarded, each) for each in calls] == [matches(pattern, each) for each in calls] == [True] * 3
    assert not matches(forwarded, call(USER, "StartCutover"))


def test_the_bus_admits_what_a_member_account_forwards_from_the_organization_only(root, guardrail):
    parameters = {"ManagementAccountID": "<AWS::AccountId>"}
    member = json.loads(
        json.dumps(deployed(template(root, "guardrail-member.yaml"), **parameters)).replace("<AWS::Partition>", "aws")
    )
    (target,) = member["ForwardCalls"]["Properties"]["Targets"]
    (statement,) = [
        one
        for policy in member["ForwardCallsRole"]["Properties"]["Policies"]
        for one in policy["PolicyDocument"]["Statement"]
    ]

    admitted = guardrail()["AdmitCalls"]["Properties"]["Statement"]

    assert target["Arn"] == statement["Resource"] == admitted["Resource"]
    assert statement["Action"] == admitted["Action"] == "events:PutEvents"
    assert admitted["Condition"] == {
        "StringEquals": {
            "aws:PrincipalOrgID": PARAMETERS["OrganizationID"],
            "events:source": "aws.mgn",
            "events:detail-type": "AWS API Call via CloudTrail",
        }
    }


def message(transformer, event):
    """Return the text that EventBridge makes of *event*; a path that the event does not have is empty."""

    def value(path):
        found = event
        for name in path.removeprefix("$.").split("."):
            found = (found or {}).get(name)
        return str(found or "")

    text = "\n".join(json.loads(line) for line in transformer["InputTemplate"].splitlines())
    for name, path in transformer["InputPathsMap"].items():
        assert f"<{name}>" in text
        text = text.replace(f"<{name}>", value(path))
    return text


def test_the_alarm_says_who_did_what_where_and_when(guardrail):
    (target,) = guardrail()["SomeoneElseFinalizes"]["Properties"]["Targets"]

    said = message(target["InputTransformer"], call(issued_by(ADMINISTRATOR)))

    assert target["Arn"] == "<GuardrailAlarms>"
    assert said == (
        "FinalizeCutover was called for source server s-0123456789abcdef0 in account 444455556666, Region eu-west-1, "
        "at 2026-11-23T10:15:00Z.\n"
        "The caller is arn:aws:sts::444455556666:assumed-role/Administrator/session, which is not FinalizeCutover.\n"
        "Error, empty if the call succeeded: \n"
        "A cutover that was finalized cannot be taken back: ask the caller, and find the event "
        "0c1d2e3f-0000-4000-8000-000000000000 in CloudTrail."
    )


def test_only_the_rule_publishes_to_the_topic(guardrail):
    (statement,) = guardrail()["LetTheRulePublish"]["Properties"]["PolicyDocument"]["Statement"]

    assert (statement["Principal"], statement["Action"]) == ({"Service": "events.amazonaws.com"}, "sns:Publish")
    assert statement["Resource"] == "<GuardrailAlarms>"
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": "<SomeoneElseFinalizes.Arn>"}}


def test_the_member_role_has_the_name_that_the_application_uses(root):
    names = [
        template(root, name)["Parameters"]["MemberRoleName"]["Default"]
        for name in ("guardrail.yaml", "member-account-role.yaml")
    ]

    assert len(set(names)) == 1
