"""Which stacks can use the function as their ServiceToken: docs/deploying.md, "Other accounts and Regions"."""

import json

import boto3
import pytest

from local.cloudformation import moto_patches
from local.cloudformation.endpoint import serving
from local.cloudformation.service import CloudFormation
from local.deploy.stack import client
from local.lambda_runtime import moto_functions
from tests.integration.deployed_role import session_of

SERVER = "s-0123456789abcdef0"
OTHER_ACCOUNT, OTHER_REGION = "444455556666", "eu-central-1"


@pytest.fixture
def token(deploy_application, monkeypatch):
    """Return the service token of the deployed application."""
    before = moto_patches.installed()
    with serving("http") as endpoint:
        moto_patches.install(CloudFormation(endpoint, find_function=moto_functions.find, patience=60))
        application = deploy_application()
        monkeypatch.setenv("AWS_ENDPOINT_URL", application.aws.url)
        monkeypatch.setenv("EXTRA_RESPONSE_HOSTS", endpoint.host)
        application.add(sourceServerID=SERVER)
        yield application.outputs["ServiceToken"]
    moto_patches.install(before)


@pytest.fixture
def elsewhere(aws):
    """Returns a client of CloudFormation in another account, or in another Region."""

    def elsewhere(*, account=None, region="eu-west-1"):
        if account is None:
            return boto3.client("cloudformation", endpoint_url=aws.url, region_name=region)
        arn = f"arn:aws:iam::{account}:role/Migration"
        credentials = client("sts", aws.url).assume_role(RoleArn=arn, RoleSessionName="migration")["Credentials"]
        return session_of(credentials).client("cloudformation", endpoint_url=aws.url, region_name=region)

    return elsewhere


def template(token):
    properties = {"ServiceToken": token, "SourceServerID": SERVER, "WaitMinutes": 0}
    return json.dumps({"Resources": {"Cutover": {"Type": "Custom::FinalizedCutover", "Properties": properties}}})


def ended(cloudformation, stack_id):
    """Wait for the end of the operation; return the status and the reasons of the stack's events."""
    cloudformation.get_waiter("stack_exists").wait(StackName=stack_id)
    while (stack := cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0])["StackStatus"].endswith(
        "PROGRESS"
    ):
        pass
    events = cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    return stack["StackStatus"], " ".join(event.get("ResourceStatusReason", "") for event in events)


def state(aws):
    [server] = client("mgn", aws.url).describe_source_servers(filters={"sourceServerIDs": [SERVER]})["items"]
    return server["lifeCycle"]["state"]


@pytest.mark.parametrize("place", [{"account": OTHER_ACCOUNT}, {"region": OTHER_REGION}], ids=["account", "Region"])
def test_a_stack_elsewhere_is_refused_and_rolls_back(aws, token, elsewhere, place):
    cloudformation = elsewhere(**place)
    stack_id = cloudformation.create_stack(StackName="web", TemplateBody=template(token))["StackId"]

    status, reasons = ended(cloudformation, stack_id)

    assert status == "ROLLBACK_COMPLETE"
    assert "allowed: a stack in the function's own account and Region" in reasons
    assert state(aws) == "CUTTING_OVER"


def test_a_stack_beside_the_function_finalizes(aws, token):
    cloudformation = client("cloudformation", aws.url)
    stack_id = cloudformation.create_stack(StackName="web", TemplateBody=template(token))["StackId"]

    assert ended(cloudformation, stack_id)[0] == "CREATE_COMPLETE"
    assert state(aws) == "CUTOVER"
