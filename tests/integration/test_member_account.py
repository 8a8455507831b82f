"""A request for a source server in another account, through a role with a fixed name in that account."""

import json
from functools import partial
from types import SimpleNamespace

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from finalize_cutover.app import lambda_handler
from finalize_cutover.aws import roles
from tests.integration.deployed_role import session_of

SERVER = "s-0123456789abcdef0"
OWN = "111122223333"
MEMBER = "444455556666"
ROLE = "FinalizeCutoverMember"
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="request")
REQUEST = {"sourceServerID": SERVER, "accountID": MEMBER, "waitMinutes": 0}


def session_in(aws, account, role):
    """Return a session with *role* in *account*, even if the role does not exist yet."""
    arn = f"arn:aws:iam::{account}:role/{role}"
    assumed = boto3.client("sts", endpoint_url=aws.url).assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return session_of(assumed)


def create_role(aws, account, name, *, trusts, may):
    iam = session_in(aws, account, "Setup").client("iam", endpoint_url=aws.url)
    trust = document({"Principal": {"AWS": trusts}, "Action": "sts:AssumeRole"})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(may))


def document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


@pytest.fixture
def member(aws, monkeypatch):
    """A ready source server in a member account, and a function that can assume roles with one name."""
    aws.add_source_server("ready", sourceServerID=SERVER, accountID=MEMBER)
    may_assume = {"Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::*:role/{ROLE}"}
    create_role(aws, OWN, "Function", trusts="*", may=may_assume)
    for name in (ROLE, "Administrator"):
        create_role(aws, MEMBER, name, trusts=OWN, may={"Action": ["mgn:*", "ec2:*"], "Resource": "*"})
    credentials = session_in(aws, OWN, "Function").get_credentials().get_frozen_credentials()
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", credentials.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", credentials.secret_key)
    monkeypatch.setenv("AWS_SESSION_TOKEN", credentials.token)
    aws.clear_calls()
    return aws


def test_a_members_source_server_is_finalized_as_the_members_role(member, monkeypatch):
    monkeypatch.setenv("MEMBER_ROLE_NAME", ROLE)
    member.enforce_iam()

    report = lambda_handler(REQUEST, CONTEXT)

    assert (report["outcome"], report["arn"].split(":")[4]) == ("FINALIZED", MEMBER)


def test_the_members_role_asks_for_its_own_servers_and_not_through_the_global_view(member, monkeypatch):
    monkeypatch.setenv("MEMBER_ROLE_NAME", ROLE)

    lambda_handler(REQUEST, CONTEXT)

    assert {call["parameters"].get("accountID") for call in member.calls("mgn")} == {None}


def test_the_role_is_assumed_once_for_all_calls_of_an_account(member, monkeypatch):
    monkeypatch.setenv("MEMBER_ROLE_NAME", ROLE)

    for _ in range(2):
        lambda_handler(REQUEST, CONTEXT)

    assert member.operations("sts") == ["AssumeRole"]


def test_sts_is_waited_for_no_longer_than_any_other_service(member):
    member.add_fault("AssumeRole", "hang", service="sts", seconds=2)
    hasty = Config(read_timeout=0.1, retries={"total_max_attempts": 1})

    member_role = roles.Member(account_id=MEMBER, role_name=ROLE)
    own = botocore.session.get_session()
    session = roles.session_in(member_role, create_client=partial(own.create_client, config=hasty), own=own)

    with pytest.raises(ReadTimeoutError):
        session.get_credentials().get_frozen_credentials()


def test_the_external_id_is_shown_to_the_member(member, monkeypatch):
    monkeypatch.setenv("MEMBER_ROLE_NAME", ROLE)
    monkeypatch.setenv("MEMBER_ROLE_EXTERNAL_ID", "from-the-member")

    lambda_handler(REQUEST, CONTEXT)

    assert member.calls("sts")[0]["parameters"]["ExternalId"] == "from-the-member"


def test_a_role_of_another_name_is_refused(member, monkeypatch):
    monkeypatch.setenv("MEMBER_ROLE_NAME", "Administrator")
    member.enforce_iam()

    report = lambda_handler(REQUEST, CONTEXT)

    assert (report["outcome"], report["error"]["httpStatus"]) == ("FAILED", 403)
    assert "FinalizeCutover" not in member.operations("mgn")


def test_without_a_role_the_request_goes_through_mgns_global_view(member):
    report = lambda_handler(REQUEST | {"waive": ["instance-present", "instance-status"]}, CONTEXT)

    assert report["outcome"] == "FINALIZED"
    assert [call["parameters"].get("accountID") for call in member.calls("mgn")] == [MEMBER] * len(member.calls("mgn"))
    assert member.operations("sts") == []
