"""What the function may do, and on what."""

import re

SOURCE_SERVERS = {"Fn::Sub": "arn:${AWS::Partition}:mgn:${AWS::Region}:${AWS::AccountId}:source-server/*"}
JOBS = {"Fn::Sub": "arn:${AWS::Partition}:mgn:${AWS::Region}:${AWS::AccountId}:job/*"}
STACKS = {"Fn::Sub": "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/*"}
OWN_LOGS = {"Fn::GetAtt": ["FinalizeCutoverLogs", "Arn"]}

ALLOWED = {
    "cloudformation:DescribeStacks": STACKS,
    "ec2:DescribeInstanceStatus": "*",
    "logs:CreateLogStream": OWN_LOGS,
    "logs:PutLogEvents": OWN_LOGS,
    "mgn:DescribeJobLogItems": JOBS,
    "mgn:DescribeJobs": "*",
    "mgn:DescribeSourceServers": "*",
    "mgn:FinalizeCutover": SOURCE_SERVERS,
    "mgn:MarkAsArchived": SOURCE_SERVERS,
    "xray:PutTelemetryRecords": "*",
    "xray:PutTraceSegments": "*",
}
# Whatever has no resource of its own only reads, or writes traces.
HARMLESS_ANYWHERE = re.compile(r"(mgn|ec2):Describe\w+|xray:Put\w+")


def test_the_role_allows_this_and_nothing_else(allowed):
    assert allowed == ALLOWED


def test_finalizing_is_allowed_on_source_servers_only(allowed):
    assert allowed["mgn:FinalizeCutover"] == SOURCE_SERVERS


def test_nothing_that_changes_anything_is_allowed_everywhere(allowed):
    everywhere = [action for action, resource in allowed.items() if resource == "*"]

    assert [action for action in everywhere if not HARMLESS_ANYWHERE.fullmatch(action)] == []


def test_no_action_is_allowed_by_pattern(allowed):
    assert [action for action in allowed if "*" in action] == []


def test_every_statement_allows_and_says_what_for(statements):
    assert all(
        statement["Effect"] == "Allow" and re.match(r"[A-Z][a-z]+[A-Z]", statement["Sid"]) for statement in statements
    )


def test_every_star_has_its_reason_beside_it(source):
    stars = [line for line in source.splitlines() if '"*"' in line or "'*'" in line]

    assert stars != []
    assert [line for line in stars if "# " not in line] == []


def test_no_role_has_a_managed_policy(transformed):
    roles = {name: r["Properties"] for name, r in transformed["Resources"].items() if r["Type"] == "AWS::IAM::Role"}

    assert [name for name, properties in roles.items() if "ManagedPolicyArns" in properties] == []


def test_a_deleted_log_group_stays_deleted(source):
    assert "Action: logs:CreateLogGroup" not in source
    assert not re.search(r"\[[^]]*logs:CreateLogGroup", source)


def test_every_arn_holds_in_every_partition(source):
    assert "arn:aws" not in source
