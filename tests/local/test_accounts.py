"""What the accounts of the local AWS have of their own: MGN's rate, faults, the global view and event buses."""

import json

import boto3
import pytest

from tests.integration.deployed_role import session_of

OWN, OTHER = "111122223333", "444455556666"
SERVER = "s-0123456789abcdef0"


@pytest.fixture
def other(aws):
    """Return a function that makes boto3 clients in another account, in which MGN is initialized."""
    sts = boto3.client("sts", endpoint_url=aws.url)
    role = f"arn:aws:iam::{OTHER}:role/Administrator"
    session = session_of(sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"])

    def client(service):
        return session.client(service, endpoint_url=aws.url)

    client("mgn").initialize_service()
    aws.clear_calls()
    return client


def test_each_account_has_the_whole_rate(aws, mgn, other):
    aws.set_pace(callsPerSecond=0.1, burst=1)

    mgn.describe_jobs()
    other("mgn").describe_jobs()

    assert [(call["account"], call["status"]) for call in aws.calls("mgn")] == [(OWN, 200), (OTHER, 200)]


def test_a_fault_can_concern_one_account(aws, mgn, other):
    aws.add_fault("DescribeJobs", "access-denied", account=OTHER)
    theirs = other("mgn")

    mgn.describe_jobs()
    with pytest.raises(theirs.exceptions.ClientError, match="AccessDenied"):
        theirs.describe_jobs()


def test_a_denied_role_is_answered_as_sts_does(aws):
    aws.add_fault("AssumeRole", "access-denied", service="sts")
    sts = boto3.client("sts", endpoint_url=aws.url)

    with pytest.raises(sts.exceptions.ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=f"arn:aws:iam::{OTHER}:role/R", RoleSessionName="test")


def test_the_global_view_lists_its_accounts_page_by_page(aws, mgn):
    aws.set_managed_accounts(OWN, OTHER)

    pages = mgn.get_paginator("list_managed_accounts").paginate(PaginationConfig={"PageSize": 1})

    assert [page["items"] for page in pages] == [[{"accountId": OWN}], [{"accountId": OTHER}]]


def test_without_a_global_view_the_accounts_are_not_listed(mgn):
    with pytest.raises(mgn.exceptions.ValidationException, match="global view"):
        mgn.list_managed_accounts()


def test_an_event_that_another_account_forwards_keeps_its_resources(aws, client, other):
    arn = aws.add_source_server(sourceServerID=SERVER, accountID=OTHER)["arn"]
    pattern = json.dumps({"source": ["aws.mgn"]})
    sqs, own, theirs = client("sqs"), client("events"), other("events")
    queue = sqs.create_queue(QueueName="listener")["QueueUrl"]
    targets = {
        own: f"arn:aws:sqs:eu-west-1:{OWN}:listener",
        theirs: f"arn:aws:events:eu-west-1:{OWN}:event-bus/default",
    }
    for events, target in targets.items():
        events.put_rule(Name="launches", EventPattern=pattern)
        events.put_targets(Rule="launches", Targets=[{"Id": "1", "Arn": target}])

    theirs.put_events(Entries=[{"Source": "aws.mgn", "DetailType": "d", "Detail": "{}", "Resources": [arn]}])

    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    event = json.loads(message["Body"])
    assert event["resources"] == [arn]
