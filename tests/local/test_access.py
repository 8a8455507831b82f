"""Access control of the local MGN: tags, accounts and IAM."""

import pytest
from botocore.exceptions import ClientError

from tests.local.roles import allow

SERVER = "s-0123456789abcdef0"
NEIGHBOUR = "s-fedcba9876543210f"
MEMBER = "444455556666"


def test_tags_can_be_added_read_and_removed(aws, mgn):
    arn = aws.add_source_server("ready", tags={"owner": "shop"})["arn"]

    mgn.tag_resource(resourceArn=arn, tags={"approved": "yes", "wave": "1"})
    mgn.untag_resource(resourceArn=arn, tagKeys=["wave", "unknown"])

    assert mgn.list_tags_for_resource(resourceArn=arn)["tags"] == {"owner": "shop", "approved": "yes"}
    assert mgn.describe_source_servers()["items"][0]["tags"] == {"owner": "shop", "approved": "yes"}


def test_jobs_applications_and_waves_carry_tags_too(aws, mgn):
    aws.add_source_server("ready")
    arns = [
        mgn.describe_jobs()["items"][0]["arn"],
        aws.add_application(name="Shop")["arn"],
        aws.add_wave(name="First")["arn"],
    ]

    for arn in arns:
        mgn.tag_resource(resourceArn=arn, tags={"a": "b"})

    assert [mgn.list_tags_for_resource(resourceArn=arn)["tags"] for arn in arns] == [{"a": "b"}] * 3


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:mgn:eu-west-1:111122223333:source-server/{NEIGHBOUR}",
        f"arn:aws:mgn:us-east-1:111122223333:source-server/{SERVER}",
        f"arn:aws:mgn:eu-west-1:111122223333:launch-template/{SERVER}",
        "arn:aws:mgn:eu-west-1:111122223333:nonsense",
    ],
)
def test_an_unknown_resource_has_no_tags(aws, mgn, arn):
    aws.add_source_server("ready", sourceServerID=SERVER)

    with pytest.raises(mgn.exceptions.ResourceNotFoundException):
        mgn.list_tags_for_resource(resourceArn=arn)


def test_a_role_of_another_account_sees_that_account(aws, assume):
    aws.add_source_server("ready", accountID=MEMBER, hostname="theirs")
    aws.add_source_server("ready", hostname="ours")

    mgn = assume([allow("mgn:*")], account=MEMBER)("mgn")

    (server,) = mgn.describe_source_servers()["items"]
    assert server["sourceProperties"]["identificationHints"]["hostname"] == "theirs"


def test_iam_allows_what_the_policy_allows_and_denies_the_rest(aws, assume):
    aws.add_source_server("ready", sourceServerID=SERVER)
    mgn = assume([allow(["mgn:FinalizeCutover", "mgn:DescribeSourceServers"])])("mgn")
    aws.enforce_iam()

    mgn.describe_source_servers()
    mgn.finalize_cutover(sourceServerID=SERVER)
    with pytest.raises(mgn.exceptions.AccessDeniedException, match="mgn:DisconnectFromService on resource") as refusal:
        mgn.disconnect_from_service(sourceServerID=SERVER)

    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_iam_looks_at_the_server(aws, assume):
    aws.add_source_server("ready", sourceServerID=SERVER)
    aws.add_source_server("ready", sourceServerID=NEIGHBOUR)
    mgn = assume([allow("mgn:FinalizeCutover", f"arn:aws:mgn:*:*:source-server/{SERVER}")])("mgn")
    aws.enforce_iam()

    mgn.finalize_cutover(sourceServerID=SERVER)
    with pytest.raises(ClientError, match="AccessDenied"):
        mgn.finalize_cutover(sourceServerID=NEIGHBOUR)


def test_iam_looks_at_the_job_of_a_log(aws, assume):
    job_id = aws.add_source_server("ready")["launchedInstance"]["jobID"]
    mgn = assume([allow("mgn:DescribeJobLogItems", "arn:aws:mgn:*:111122223333:job/*")])("mgn")
    aws.enforce_iam()

    assert mgn.describe_job_log_items(jobID=job_id)["items"]


def test_iam_looks_at_the_tags_of_the_server(aws, assume):
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"approved": "yes"})
    aws.add_source_server("ready", sourceServerID=NEIGHBOUR, tags={"approved": "no"})
    approved = {"StringEquals": {"aws:ResourceTag/approved": "yes"}}
    mgn = assume([allow("mgn:FinalizeCutover", condition=approved)])("mgn")
    aws.enforce_iam()

    mgn.finalize_cutover(sourceServerID=SERVER)
    with pytest.raises(ClientError, match="AccessDenied"):
        mgn.finalize_cutover(sourceServerID=NEIGHBOUR)


def test_a_denial_outweighs_what_is_allowed(aws, assume):
    aws.add_source_server("ready", sourceServerID=SERVER)
    mgn = assume([allow("mgn:*"), {"Effect": "Deny", "Action": "mgn:FinalizeCutover", "Resource": "*"}])("mgn")
    aws.enforce_iam()

    with pytest.raises(ClientError, match="AccessDenied"):
        mgn.finalize_cutover(sourceServerID=SERVER)


def test_a_denial_of_what_is_not_tagged_spares_what_is(aws, assume):
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"approved": "yes"})
    aws.add_source_server("ready", sourceServerID=NEIGHBOUR)
    deny = {"Effect": "Deny", "Action": "mgn:FinalizeCutover", "Resource": "*"}
    unless_approved = {"StringNotEquals": {"aws:ResourceTag/approved": "yes"}}
    mgn = assume([allow("mgn:*"), deny | {"Condition": unless_approved}])("mgn")
    aws.enforce_iam()

    mgn.finalize_cutover(sourceServerID=SERVER)
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        mgn.finalize_cutover(sourceServerID=NEIGHBOUR)


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_of_a_condition_that_is_not_known_here_the_worse_is_assumed(aws, assume, effect):
    aws.add_source_server("ready", sourceServerID=SERVER)
    office = {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}
    others = [allow("mgn:*")] if effect == "Deny" else []
    mgn = assume([*others, allow("mgn:FinalizeCutover", condition=office) | {"Effect": effect}])("mgn")
    aws.enforce_iam()

    with pytest.raises(ClientError, match="AccessDenied"):
        mgn.finalize_cutover(sourceServerID=SERVER)


def test_iam_is_not_asked_unless_it_is_enforced(aws, mgn):
    aws.enforce_iam()
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        mgn.describe_source_servers()

    aws.reset()

    assert mgn.describe_source_servers()["items"] == []
