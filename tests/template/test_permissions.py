"""The function's permissions, and their resources."""

import re

import pytest
import yaml

from finalize_cutover.aws import event_bus
from tests.template.iam import actions_of, statements_of
from tests.template.rendered import deployed

APPLICATIONS = "arn:<AWS::Partition>:mgn:<AWS::Region>:<AWS::AccountId>:application/*"
WAVES = "arn:<AWS::Partition>:mgn:<AWS::Region>:<AWS::AccountId>:wave/*"
SOURCE_SERVERS = "arn:<AWS::Partition>:mgn:<AWS::Region>:<AWS::AccountId>:source-server/*"
JOBS = "arn:<AWS::Partition>:mgn:<AWS::Region>:<AWS::AccountId>:job/*"
STACKS = "arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/*"
RULES = "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/*"
BUS = "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default"
MEMBER_ROLE = "arn:<AWS::Partition>:iam::*:role/FinalizeCutoverMember"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"
OWN_LOGS = "<FinalizeCutoverLogs.Arn>"
INSTANCES = "arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/*"
CALENDARS = "arn:<AWS::Partition>:ssm:<AWS::Region>:*:document/*"
VALIDATOR = "arn:aws:lambda:eu-west-1:111122223333:function:accept:live"
FAILURE_QUEUES = ["<FailedInvocations.Arn>", "<FailedRequests.Arn>"]

ALLOWED = {
    "cloudformation:DescribeStacks": STACKS,
    "cloudwatch:DescribeAlarms": "*",
    "ec2:DescribeApplicationStatus": "*",
    "ec2:DescribeInstanceAttribute": INSTANCES,
    "ec2:DescribeInstanceStatus": "*",
    "ec2:DescribeInstances": "*",
    "ec2:DescribeSnapshots": "*",
    "ec2:DescribeVolumes": "*",
    "ec2:ModifyInstanceAttribute": INSTANCES,
    "events:DescribeEventBus": BUS,
    "events:DescribeRule": RULES,
    "events:ListRuleNamesByTarget": "*",
    "events:ListTargetsByRule": RULES,
    "events:PutEvents": BUS,
    "iam:SimulatePrincipalPolicy": "<FinalizeCutoverRole.Arn>",
    "kms:Decrypt": KEY,
    "kms:DescribeKey": KEY,
    "kms:GenerateDataKey": KEY,
    "lambda:InvokeFunction": VALIDATOR,
    "logs:CreateLogStream": OWN_LOGS,
    "logs:PutLogEvents": OWN_LOGS,
    "mgn:ArchiveApplication": APPLICATIONS,
    "mgn:ArchiveWave": WAVES,
    "mgn:DescribeJobLogItems": JOBS,
    "mgn:DescribeJobs": "*",
    "mgn:DescribeSourceServers": "*",
    "mgn:FinalizeCutover": SOURCE_SERVERS,
    "mgn:ListApplications": "*",
    "mgn:ListManagedAccounts": "*",
    "mgn:ListWaves": "*",
    "mgn:MarkAsArchived": SOURCE_SERVERS,
    "s3:GetBucketObjectLockConfiguration": "arn:<AWS::Partition>:s3:::<EvidenceBucket>",
    "s3:GetBucketPolicy": "arn:<AWS::Partition>:s3:::<EvidenceBucket>",
    "s3:PutObject": "arn:<AWS::Partition>:s3:::<EvidenceBucket>/*",
    "s3:PutObjectRetention": "arn:<AWS::Partition>:s3:::<EvidenceBucket>/*",
    "sns:GetTopicAttributes": "arn:aws:sns:eu-west-1:111122223333:digests",
    "sns:Publish": "arn:aws:sns:eu-west-1:111122223333:digests",
    "sqs:SendMessage": FAILURE_QUEUES,
    "ssm:GetCalendarState": CALENDARS,
    "sts:AssumeRole": MEMBER_ROLE,
    "xray:PutTelemetryRecords": "*",
    "xray:PutTraceSegments": "*",
}
# Actions that are allowed everywhere only read, or write traces.
HARMLESS_ANYWHERE = re.compile(r"(mgn|ec2|events|cloudwatch):(Describe|List)\w+|xray:Put\w+")


def test_the_role_allows_this_and_nothing_else(allowed):
    assert allowed == ALLOWED


def test_finalizing_is_allowed_on_source_servers_only(allowed):
    assert allowed["mgn:FinalizeCutover"] == SOURCE_SERVERS


def test_nothing_that_changes_anything_is_allowed_everywhere(allowed):
    everywhere = [action for action, resource in allowed.items() if resource == "*"]

    assert [action for action in everywhere if not HARMLESS_ANYWHERE.fullmatch(action)] == []


def test_no_action_is_allowed_by_pattern(allowed):
    assert [action for action in allowed if "*" in action] == []


def test_every_statement_says_what_for(statements):
    assert [one["Sid"] for one in statements if not re.match(r"[A-Z][a-z]+[A-Z]", one["Sid"])] == []


def test_only_what_is_on_hold_is_denied_by_default(statements):
    assert [one["Sid"] for one in statements if one["Effect"] == "Deny"] == ["RefuseWhatIsOnHold"]


def test_another_account_is_entered_only_where_a_role_is_named(transformed):
    closed = deployed(transformed)

    assert "sts:AssumeRole" not in actions_of(statements_of("FinalizeCutoverRole", closed))


@pytest.mark.parametrize(
    ("accounts", "is_allowed"), [("", False), ("444455556666,777788889999", False), ("MANAGED", True)]
)
def test_the_accounts_of_the_global_view_are_listed_only_if_automation_covers_them(transformed, accounts, is_allowed):
    resources = deployed(transformed, MemberAccounts=accounts, MemberRoleName="FinalizeCutoverMember")

    found = actions_of(statements_of("FinalizeCutoverRole", resources))

    assert ("mgn:ListManagedAccounts" in found) is is_allowed


@pytest.mark.parametrize(
    ("parameters", "is_allowed"),
    [
        ({}, False),
        ({"ArchiveAfterFinalize": "true"}, False),
        ({"ArchiveAfterFinalize": "true", "ArchiveApplicationAndWave": "true"}, True),
        ({"AllowArchiveApplicationAndWave": "true"}, True),
    ],
    ids=str,
)
def test_applications_and_waves_are_archived_only_if_a_parameter_says_so(transformed, parameters, is_allowed):
    found = actions_of(statements_of("FinalizeCutoverRole", deployed(transformed, **parameters)))

    needed = {"mgn:ArchiveApplication", "mgn:ArchiveWave", "mgn:ListWaves"}
    assert needed & set(found) == (needed if is_allowed else set())


def test_only_events_of_our_own_are_put(statements):
    (statement,) = [statement for statement in statements if statement["Action"] == "events:PutEvents"]

    assert statement["Condition"] == {
        "StringEquals": {"events:source": event_bus.SOURCE, "events:detail-type": event_bus.DETAIL_TYPE}
    }


def test_every_star_has_its_reason_beside_it(source):
    lines = source.splitlines()

    stars = {lines[number] for number in stars_in(yaml.compose(source, yaml.SafeLoader))}

    assert {line.split(":")[0].strip(" -") for line in stars} == {"Principal", "Resource", "!Sub arn"}
    assert {line for line in stars if "# " not in line} == set()


def stars_in(node, key=""):
    """Yield the number of each line with a wildcard in a resource or a principal of a policy."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from stars_in(value, name.value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from stars_in(value, key)
    elif key in {"Principal", "Resource"} and "*" in node.value:
        yield node.start_mark.line


def test_no_role_has_a_managed_policy_but_that_of_a_vpc(transformed):
    roles = {name: r["Properties"] for name, r in transformed["Resources"].items() if r["Type"] == "AWS::IAM::Role"}

    found = {name: role["ManagedPolicyArns"] for name, role in roles.items() if "ManagedPolicyArns" in role}

    arn = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"}
    assert found == {"FinalizeCutoverRole": {"Fn::If": ["HasVpc", [arn], {"Ref": "AWS::NoValue"}]}}


def test_every_role_has_the_permissions_boundary_if_there_is_one(transformed):
    roles = [r["Properties"] for r in transformed["Resources"].values() if r["Type"] == "AWS::IAM::Role"]
    boundary = {"Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundaryArn"}, {"Ref": "AWS::NoValue"}]}

    assert [role.get("PermissionsBoundary") for role in roles] == [boundary] * len(roles)


def test_a_deleted_log_group_stays_deleted(source):
    assert "Action: logs:CreateLogGroup" not in source
    assert not re.search(r"\[[^]]*logs:CreateLogGroup", source)


def test_every_arn_holds_in_every_partition(source):
    assert "arn:aws" not in source
