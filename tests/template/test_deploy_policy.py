"""
examples/deploy-policy.yaml allows what a deployment calls, and nothing else.

The calls for each resource are in the schemas of CloudFormation's registry; tests/e2e/test_deploy_policy.py deploys
with the SAM CLI while IAM is enforced.
"""

import json
import re
from fnmatch import fnmatchcase

import pytest
from samtranslator.yaml_helper import yaml_parse

from tests.template import deployment_calls
from tests.template.deployment_calls import (
    ARTIFACT,
    BOUNDARY,
    EVERY,
    ROLES,
    SAM_CLI,
    UNUSED,
    VPC_POLICY,
    Call,
    calls,
    is_unused,
)
from tests.template.iam import is_allowed, listed
from tests.template.rendered import deployed
from tests.template.resource_handlers import permissions

MOST_CHARACTERS = 6144  # of a managed policy, without white space
PLACES = {
    "<AWS::Partition>": "aws",
    "<AWS::Region>": deployment_calls.REGION,
    "<AWS::AccountId>": deployment_calls.ACCOUNT,
}


@pytest.fixture(scope="module")
def example(root):
    # YAML parses a policy's Version as a date, which JSON does not have.
    return json.loads(json.dumps(yaml_parse((root / "examples" / "deploy-policy.yaml").read_text()), default=str))


@pytest.fixture(scope="module")
def documents(example):
    """Returns the two policies for these parameters."""

    def documents(**parameters):
        own = {name: value for name, value in parameters.items() if name in example["Parameters"]}
        text = json.dumps(deployed(example, **own))
        for placeholder, value in PLACES.items():
            text = text.replace(placeholder, value)
        return [one["Properties"]["PolicyDocument"] for one in json.loads(text).values()]

    return documents


@pytest.fixture(scope="module")
def statements(documents):
    """Returns all statements for these parameters."""
    return lambda **parameters: [one for document in documents(**parameters) for one in document["Statement"]]


@pytest.fixture(scope="module")
def stack(transformed):
    """Returns the calls for the resources of the application's stack with these parameters."""

    def stack(**parameters):
        boundary = parameters.get("PermissionsBoundaryArn", "")
        resources = deployed(transformed, **parameters)
        return {call for name, resource in resources.items() for call in calls(name, resource, boundary)}

    return stack


def is_permitted(statements, call):
    action, resource, context = call
    return is_allowed(statements, action, resource, dict(context))


def denied(statements, wanted):
    return sorted(call[:2] for call in wanted if not is_permitted(statements, call))


@pytest.mark.parametrize("parameters", [{}, EVERY], ids=["defaults", "every option"])
def test_it_allows_every_call_for_every_resource(statements, stack, parameters):
    wanted = stack(**parameters)

    assert len(wanted) > 100
    assert denied(statements(**parameters), wanted) == []


@pytest.mark.parametrize("name", ["CreateEvidenceBucket", "KmsKeyArn", "PermissionsBoundaryArn", "VpcSubnetIds"])
def test_an_optional_part_is_allowed_only_with_its_parameter(statements, stack, name):
    without = {key: value for key, value in EVERY.items() if key != name}
    before = {call[:2] for call in stack(**without)}
    only_with = {call for call in stack(**EVERY) if call[:2] not in before}

    assert denied(statements(**EVERY), only_with) == []
    assert denied(statements(**without), only_with) == sorted(call[:2] for call in only_with) != []


def test_without_any_of_its_actions_a_deployment_is_denied(statements, stack, example):
    everything = statements(**EVERY)
    wanted = stack(**EVERY) | set(SAM_CLI)
    names = {action for statement in everything for action in listed(statement["Action"])}

    superfluous = {name for name in names if not denied(without(everything, name), matching(wanted, name))}

    assert superfluous == REPAIR


def matching(wanted, name):
    """Return the calls that a name of a policy, which can have a wildcard, is about."""
    return {call for call in wanted if fnmatchcase(call[0], name)}


def without(statements, action):
    """Return *statements* without *action*."""
    return [{**one, "Action": [name for name in listed(one["Action"]) if name != action]} for one in statements]


# What a deployment needs only if something failed.
REPAIR = {
    "cloudformation:CancelUpdateStack",
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:DeleteChangeSet",
    "s3:AbortMultipartUpload",
}


def test_the_bucket_of_the_sam_cli_can_be_made_only_with_its_parameter(statements):
    bucket = ARTIFACT.partition("/")[0]
    handler = permissions("AWS::S3::Bucket", ["create", "read"]) | permissions("AWS::S3::BucketPolicy", ["create"])
    wanted = {
        Call(action, bucket)
        for action in handler
        if not is_unused("AWS::S3::Bucket", action) and action != "s3:PutBucketObjectLockConfiguration"
    }

    assert denied(statements(), wanted) == []
    without = denied(statements(CreateArtifactBucket="false"), wanted)
    # To upload the application, the SAM CLI needs this too.
    assert {action for action, _ in without} == {action for action, *_ in wanted} - {"s3:ListBucket"}


def test_each_policy_is_short_enough_for_iam(documents):
    longest = {**EVERY, "StackName": "a" * 23, "ArtifactBucketName": "b" * 63}

    lengths = [len(re.sub(r"\s", "", json.dumps(document))) for document in documents(**longest)]

    # Partitions and Regions with long names, such as us-gov-west-1, take more for each of at most 40 ARNs.
    assert max(lengths) + 16 * 40 <= MOST_CHARACTERS


OTHER = [
    Call("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:111122223333:function:payroll"),
    Call(
        "lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:111122223333:function:finalize-cutover-FinalizeCutover-1"
    ),
    Call("cloudformation:DeleteStack", "arn:aws:cloudformation:eu-west-1:111122223333:stack/payroll/0123"),
    Call("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/Administrator", iam__PermissionsBoundary=BOUNDARY),
    Call("iam:CreateRole", ROLES["FinalizeCutoverRole"]),
    Call("iam:CreateRole", ROLES["FinalizeCutoverRole"], iam__PermissionsBoundary="arn:aws:iam::111122223333:policy/x"),
    Call("iam:PutRolePolicy", ROLES["FinalizeCutoverRole"]),
    Call("iam:DeleteRolePermissionsBoundary", ROLES["FinalizeCutoverRole"], iam__PermissionsBoundary=BOUNDARY),
    Call("iam:PassRole", ROLES["FinalizeCutoverRole"], iam__PassedToService="ec2.amazonaws.com"),
    Call("iam:PassRole", ROLES["FinalizeWaveRole"], iam__PassedToService="lambda.amazonaws.com"),
    Call("iam:PassRole", "arn:aws:iam::111122223333:role/Administrator", iam__PassedToService="lambda.amazonaws.com"),
    Call(
        "iam:AttachRolePolicy",
        ROLES["FinalizeCutoverRole"],
        iam__PolicyARN="arn:aws:iam::aws:policy/AdministratorAccess",
    ),
    Call("iam:AttachRolePolicy", ROLES["FinalizeWaveRole"], iam__PolicyARN=VPC_POLICY),
    Call("s3:GetObject", "arn:aws:s3:::finalize-cutover-waveresults-1a2b3c4d5e6f/wave-1/0.json"),
    Call("s3:PutObject", "arn:aws:s3:::finalize-cutover-evidencebucket-1a2b3c4d5e6f/record.json"),
    Call("sqs:SetQueueAttributes", "arn:aws:sqs:eu-west-1:111122223333:finalize-cutover-prod-FailedRequests-1A2B"),
    Call("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:111122223333:finalize-cutover-FailedRequests-1A2B3C4D5E6F"),
    Call("lambda:InvokeFunction", deployment_calls.FUNCTION),
    Call("states:StartExecution", "arn:aws:states:eu-west-1:111122223333:stateMachine:FinalizeWave-1A2B3C4D5E6F"),
]


@pytest.mark.parametrize("call", OTHER, ids=lambda call: f"{call[0]} {call[1].rpartition(':')[2]} {dict(call[2])}")
def test_it_allows_nothing_of_others_and_no_use_of_the_application(statements, call):
    assert not is_permitted(statements(**EVERY), call)


KEPT = {
    "s3:DeleteBucket": "arn:aws:s3:::finalize-cutover-waveresults-1a2b3c4d5e6f",
    "s3:DeleteBucketPolicy": "arn:aws:s3:::finalize-cutover-evidencebucket-1a2b3c4d5e6f",
    "s3:DeleteObject": "arn:aws:s3:::finalize-cutover-evidencebucket-1a2b3c4d5e6f/record.json",
    "logs:DeleteLogGroup": "arn:aws:logs:eu-west-1:111122223333:log-group:finalize-cutover-FinalizeCutoverLogs-1A2B",
    "sqs:DeleteQueue": "arn:aws:sqs:eu-west-1:111122223333:finalize-cutover-FailedRequests-1A2B3C4D5E6F",
}


@pytest.mark.parametrize(("action", "resource"), KEPT.items())
def test_what_stays_when_the_stack_is_deleted_cannot_be_deleted(statements, action, resource):
    assert not is_permitted(statements(**EVERY), Call(action, resource))


@pytest.mark.parametrize("resource_type", UNUSED)
def test_what_is_said_to_be_unused_is_a_call_of_the_type(resource_type):
    actions = permissions(resource_type, ("create", "read", "update", "delete"))

    stale = [name for name in UNUSED[resource_type] if not any(fnmatchcase(one, f"{name}*") for one in actions)]

    assert stale == []


def test_its_parameters_have_the_names_of_the_applications(example, template):
    own = {"StackName", "ArtifactBucketName", "CreateArtifactBucket"}

    assert set(example["Parameters"]) - own <= set(template["Parameters"])
    for name in set(example["Parameters"]) - own:
        assert example["Parameters"][name].get("AllowedPattern") == template["Parameters"][name].get("AllowedPattern")


def test_every_wildcard_has_its_reason_beside_it(root):
    text = (root / "examples" / "deploy-policy.yaml").read_text().partition("\nResources:")[2]

    assert [line for line in text.splitlines() if "*" in line and " # " not in line] == []
