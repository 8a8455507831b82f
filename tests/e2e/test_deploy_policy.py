"""`sam deploy` and `sam delete` by a user with only the policies of examples/deploy-policy.yaml."""

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.e2e.conftest import BUILT
from tests.e2e.deployer import SAM, Deployer
from tests.template.deployment_calls import EVERY, SAM_CLI

DEPLOY = ("deploy", "--template-file", BUILT)
DELETE = ("delete", "--no-prompts")
EVERY_OPTION = ("--parameter-overrides", *(f"{name}={value}" for name, value in EVERY.items()), "--tags", "team=x")
# Parameters of examples/deploy-policy.yaml, with the same names as the application's.
OPTIONAL = {
    name: EVERY[name] for name in ("CreateEvidenceBucket", "KmsKeyArn", "PermissionsBoundaryArn", "VpcSubnetIds")
}
# Other operations than the IAM action, by the method of S3.
OF_S3 = {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}


@pytest.fixture
def deployer(aws, built, tmp_path):
    """Returns a user with the policies, who can run the SAM CLI."""
    if not SAM.exists():
        pytest.skip("The SAM CLI is not installed; run `make e2e`")
    return lambda **options: Deployer(aws, tmp_path, **options)


def denied(aws):
    return [call["operation"] for call in aws.calls() if call["status"] == 403]


def actions(aws):
    """Return the actions of CloudFormation that were called."""
    return {f"cloudformation:{call['operation']}" for call in aws.calls("cloudformation")}


def status(aws):
    """Return the status of the application's stack; None without one."""
    aws.enforce_iam(enforce=False)
    cloudformation = boto3.client("cloudformation", endpoint_url=aws.url)
    try:
        return cloudformation.describe_stacks(StackName="finalize-cutover")["Stacks"][0]["StackStatus"]
    except ClientError:
        return None
    finally:
        aws.enforce_iam()


def test_the_policies_are_enough_to_deploy_to_update_and_to_delete(aws, deployer):
    user = deployer()

    user.run(*DEPLOY)
    created, called = status(aws), actions(aws)
    assert (created, denied(aws)) == ("CREATE_COMPLETE", [])

    user.allow(**OPTIONAL)
    user.run(*DEPLOY, *EVERY_OPTION)
    updated, called = status(aws), called | actions(aws)
    user.run(*DELETE)

    assert (updated, denied(aws), status(aws)) == ("UPDATE_COMPLETE", [], None)
    # CreateChangeSet needs TagResource, if the stack has tags; the others are those of the SAM CLI.
    assert called | actions(aws) | {"cloudformation:TagResource"} | OF_S3 == {call[0] for call in SAM_CLI}


# tests/template/test_deploy_policy.py takes every action away, one at a time.
def test_without_one_action_nothing_is_deployed(aws, deployer):
    user = deployer(without="cloudformation:ExecuteChangeSet")

    ended = user.sam(*DEPLOY)

    assert ended.returncode != 0
    assert denied(aws) == ["ExecuteChangeSet"]
    assert status(aws) is None
