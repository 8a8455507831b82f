"""Actions that the deployed role does not allow, while IAM is enforced."""

from functools import partial

import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.integration.deployed_role import DeployedRole, session_of

SERVER = "s-0123456789abcdef0"
SERVER_ARN = f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}"
APPROVED = {"FinalizeCutover": "approved"}
EVENT = {"Source": "finalize-cutover", "DetailType": "Cutover Finalization Result", "Detail": "{}"}
# moto responds in XML for some JSON services; botocore then understands only the status.
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}


@pytest.fixture(scope="module")
def client_of(local_aws):
    """Creates clients with the role; all tests share a local AWS, because no allowed call changes anything."""
    local_aws.reset()
    local_aws.add_source_server("replicating", sourceServerID=SERVER)
    credentials = DeployedRole(local_aws).credentials
    local_aws.enforce_iam()
    yield partial(session_of(credentials).client, endpoint_url=local_aws.url)
    local_aws.reset()


def is_denied(client, operation):
    """Return whether IAM denies *operation* for a source server."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    concerned = {"sourceServerID": SERVER, "sourceServerIDs": [SERVER], "resourceArn": SERVER_ARN}
    try:
        getattr(client, xform_name(operation))(**{n: concerned[n] for n in concerned.keys() & shape.members.keys()})
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return False


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        ("mgn", "disconnect_from_service", {"sourceServerID": SERVER}),
        ("mgn", "terminate_target_instances", {"sourceServerIDs": [SERVER]}),
        (
            "mgn",
            "change_server_life_cycle_state",
            {"sourceServerID": SERVER, "lifeCycle": {"state": "READY_FOR_CUTOVER"}},
        ),
        ("mgn", "start_cutover", {"sourceServerIDs": [SERVER]}),
        ("mgn", "delete_source_server", {"sourceServerID": SERVER}),
        ("mgn", "tag_resource", {"resourceArn": "arn:aws:mgn:eu-west-1:111122223333:job/x", "tags": APPROVED}),
        ("ec2", "terminate_instances", {"InstanceIds": ["i-0123456789abcdef0"]}),
        ("ec2", "stop_instances", {"InstanceIds": ["i-0123456789abcdef0"]}),
        ("ec2", "delete_volume", {"VolumeId": "vol-0123456789abcdef0"}),
        ("ec2", "delete_snapshot", {"SnapshotId": "snap-0123456789abcdef0"}),
        ("ec2", "modify_instance_attribute", {"InstanceId": "i-0123456789abcdef0", "UserData": {"Value": b""}}),
        ("ec2", "modify_instance_attribute", {"InstanceId": "i-0123456789abcdef0", "DisableApiStop": {"Value": True}}),
        ("cloudwatch", "set_alarm_state", {"AlarmName": "web", "StateValue": "OK", "StateReason": "said so"}),
        ("ssm", "get_parameter", {"Name": "secret"}),
        ("ssm", "send_command", {"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-0123456789abcdef0"]}),
        ("lambda", "invoke", {"FunctionName": "arn:aws:lambda:eu-west-1:111122223333:function:another"}),
        ("ec2", "create_tags", {"Resources": ["i-0123456789abcdef0"], "Tags": [{"Key": "a", "Value": "b"}]}),
        ("cloudformation", "delete_stack", {"StackName": "finalize-cutover"}),
        ("events", "put_rule", {"Name": "another", "ScheduleExpression": "rate(1 minute)"}),
        ("iam", "list_roles", {}),
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::444455556666:role/Administrator", "RoleSessionName": "test"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_else_harms_or_leads_further_is_denied(client_of, service, operation, request_):
    with pytest.raises(ClientError) as refusal:
        getattr(client_of(service), operation)(**request_)

    # Systems Manager denies with 400.
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == (400 if service == "ssm" else 403)
    assert refusal.value.response["Error"]["Code"] in DENIED


def test_of_all_that_mgn_can_do_the_role_may_do_this(client_of):
    # Incomplete requests are enough, because IAM is checked first.
    mgn = client_of("mgn", config=Config(parameter_validation=False))
    operations = mgn.meta.service_model.operation_names

    denied = {name for name in operations if is_denied(mgn, name)}

    assert len(operations) > 90
    assert set(operations) - denied == {
        "DescribeJobLogItems",
        "DescribeJobs",
        "DescribeSourceServers",
        "FinalizeCutover",
        "ListApplications",
        "MarkAsArchived",
    }


def test_what_is_denied_is_not_denied_for_want_of_credentials(client_of):
    assert client_of("mgn").describe_source_servers()["items"][0]["sourceServerID"] == SERVER
    assert client_of("ec2").describe_volumes()["Volumes"] == []
    assert client_of("cloudformation").describe_stacks(StackName="finalize-cutover")["Stacks"] != []
    assert client_of("events").put_events(Entries=[EVENT])["FailedEntryCount"] == 0
