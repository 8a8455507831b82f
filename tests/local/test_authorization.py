"""IAM in front of EC2, CloudWatch, Systems Manager, Lambda and CloudFormation."""

import json
from contextlib import nullcontext

import pytest
from botocore.exceptions import ClientError

from tests.local.roles import allow

FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:validator"
CALENDAR = "arn:aws:ssm:eu-west-1:111122223333:document/cutovers"
MANAGED = {"StringEquals": {"aws:ResourceTag/AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com"}}


@pytest.fixture
def instance_id(aws):
    aws.set_calendar("cutovers")
    aws.set_validator(FUNCTION, answer={})
    return aws.add_source_server("ready")["launchedInstance"]["ec2InstanceID"]


def protect(clients, instance_id, *, value=True):
    clients("ec2").modify_instance_attribute(InstanceId=instance_id, DisableApiTermination={"Value": value})


CALLS = {
    "ec2:DescribeApplicationStatus": lambda clients, _: clients("ec2").describe_application_status(),
    "ec2:DescribeVolumes": lambda clients, _: clients("ec2").describe_volumes(),
    "ec2:DescribeSnapshots": lambda clients, _: clients("ec2").describe_snapshots(OwnerIds=["self"]),
    "ec2:DescribeInstanceAttribute": lambda clients, instance_id: clients("ec2").describe_instance_attribute(
        InstanceId=instance_id, Attribute="disableApiTermination"
    ),
    "ec2:ModifyInstanceAttribute": protect,
    "cloudwatch:DescribeAlarms": lambda clients, _: clients("cloudwatch").describe_alarms(),
    "ssm:GetCalendarState": lambda clients, _: clients("ssm").get_calendar_state(CalendarNames=["cutovers"]),
    "lambda:InvokeFunction": lambda clients, _: clients("lambda").invoke(FunctionName=FUNCTION, Payload="{}"),
    "cloudformation:DeleteStack": lambda clients, _: clients("cloudformation").delete_stack(StackName="web"),
}
DENIALS = {
    "ec2": (403, "UnauthorizedOperation"),
    "cloudwatch": (403, "AccessDenied"),
    "ssm": (400, "AccessDeniedException"),
    "lambda": (403, "AccessDeniedException"),
    "cloudformation": (403, "AccessDenied"),
}
PLACE = "arn:aws:cloudformation:eu-west-1:111122223333:stack"
TRANSFORM = "arn:aws:cloudformation:eu-west-1:aws:transform/Serverless-2016-10-31"


@pytest.mark.parametrize("action", CALLS)
def test_an_action_is_allowed_by_its_name_alone(aws, assume, instance_id, action):
    clients = assume([allow(action)])
    aws.enforce_iam()

    CALLS[action](clients, instance_id)


@pytest.mark.parametrize("action", CALLS)
def test_an_action_is_denied_in_the_format_of_its_service(aws, assume, instance_id, action):
    clients = assume([allow([other for other in CALLS if other != action])])
    aws.enforce_iam()

    with pytest.raises(ClientError, match=f"is not authorized to perform: {action} on resource: ") as refusal:
        CALLS[action](clients, instance_id)

    answer = refusal.value.response
    denial = (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"])
    assert denial == DENIALS[action.partition(":")[0]]


@pytest.mark.parametrize(
    ("action", "resource", "is_allowed"),
    [
        ("lambda:InvokeFunction", FUNCTION, True),
        ("lambda:InvokeFunction", f"{FUNCTION}-2", False),
        ("ssm:GetCalendarState", CALENDAR, True),
        ("ssm:GetCalendarState", f"{CALENDAR}-2", False),
        ("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:*:111122223333:alarm:*", True),
        ("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:*:444455556666:alarm:*", False),
        ("ec2:DescribeInstanceAttribute", "arn:aws:ec2:*:111122223333:instance/*", True),
        ("ec2:DescribeInstanceAttribute", "arn:aws:ec2:*:*:volume/*", False),
        ("ec2:ModifyInstanceAttribute", "arn:aws:ec2:*:111122223333:instance/*", True),
        ("ec2:ModifyInstanceAttribute", "arn:aws:ec2:*:*:volume/*", False),
        ("cloudformation:DeleteStack", f"{PLACE}/web/*", True),
        ("cloudformation:DeleteStack", f"{PLACE}/web-2/*", False),
    ],
)
def test_iam_looks_at_the_resource(aws, assume, instance_id, action, resource, is_allowed):
    clients = assume([allow(action, resource)])
    aws.enforce_iam()

    with nullcontext() if is_allowed else pytest.raises(ClientError, match="is not authorized"):
        CALLS[action](clients, instance_id)


def test_composite_alarms_need_a_permission_for_everything(aws, assume):
    cloudwatch = assume([allow("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:*:*:alarm:*")])("cloudwatch")
    aws.enforce_iam()

    cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "LogAlarm"])
    with pytest.raises(ClientError, match=r"on resource: \* "):
        cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])


def test_every_calendar_must_be_allowed(aws, assume, instance_id):
    ssm = assume([allow("ssm:GetCalendarState", CALENDAR)])("ssm")
    aws.enforce_iam()

    with pytest.raises(ClientError, match="document/other"):
        ssm.get_calendar_state(CalendarNames=["cutovers", "other"])


def test_only_instances_with_the_tag_of_mgn_can_be_protected(aws, assume, client, instance_id):
    reservation = client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    clients = assume([allow("ec2:ModifyInstanceAttribute", condition=MANAGED)])
    aws.enforce_iam()

    protect(clients, instance_id)
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        protect(clients, reservation["Instances"][0]["InstanceId"])


@pytest.mark.parametrize("operator", ["StringEquals", "Bool"])
@pytest.mark.parametrize("wanted", ["true", True])
def test_protection_can_only_be_turned_on(aws, assume, instance_id, operator, wanted):
    on = {operator: {"ec2:Attribute/DisableApiTermination": wanted}}
    clients = assume([allow("ec2:ModifyInstanceAttribute", condition=on)])
    aws.enforce_iam()

    protect(clients, instance_id)
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        protect(clients, instance_id, value=False)


def test_another_attribute_does_not_meet_the_condition_on_protection(aws, assume, instance_id):
    on = {"StringEquals": {"ec2:Attribute/DisableApiTermination": "true"}}
    ec2 = assume([allow("ec2:ModifyInstanceAttribute", condition=on)])("ec2")
    aws.enforce_iam()

    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        ec2.modify_instance_attribute(InstanceId=instance_id, SourceDestCheck={"Value": False})


def test_a_denial_outweighs_what_is_allowed(aws, assume, instance_id):
    deny = {"Effect": "Deny", "Action": "ec2:ModifyInstanceAttribute", "Resource": "*"}
    clients = assume([allow("ec2:*"), deny])
    aws.enforce_iam()

    with pytest.raises(ClientError, match="with an explicit deny"):
        protect(clients, instance_id)


def test_a_stack_is_the_same_by_its_name_and_by_its_id(aws, assume, client):
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    stack_id = client("cloudformation").create_stack(StackName="web", TemplateBody=template)["StackId"]
    cloudformation = assume([allow("cloudformation:DescribeStacks", stack_id)])("cloudformation")
    aws.enforce_iam()

    by_name, by_id = (cloudformation.describe_stacks(StackName=name)["Stacks"] for name in ("web", stack_id))

    assert by_name[0]["StackId"] == by_id[0]["StackId"] == stack_id
    with pytest.raises(ClientError, match=r"on resource: \* "):
        cloudformation.describe_stacks()


@pytest.mark.parametrize("uploaded", [False, True], ids=["in the request", "at a URL"])
def test_a_template_with_a_transform_needs_a_permission_on_the_transform(aws, assume, client, uploaded):
    template = json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": {}})
    body = {"TemplateBody": template}
    if uploaded:
        region = {"LocationConstraint": "eu-west-1"}
        client("s3").create_bucket(Bucket="templates", CreateBucketConfiguration=region)
        client("s3").put_object(Bucket="templates", Key="one.json", Body=template)
        body = {"TemplateURL": f"{aws.url}/templates/one.json"}
    cloudformation = assume([allow("cloudformation:CreateChangeSet", f"{PLACE}/web/*")])("cloudformation")
    aws.enforce_iam()

    with pytest.raises(ClientError, match=f"on resource: {TRANSFORM} "):
        cloudformation.create_change_set(StackName="web", ChangeSetName="one", ChangeSetType="CREATE", **body)
