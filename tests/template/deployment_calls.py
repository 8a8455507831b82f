"""The calls of a deployment: of the SAM CLI, and of CloudFormation for each resource in template.yaml."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from tests.template.conftest import OPTIONS
from tests.template.resource_handlers import permissions

ACCOUNT, REGION, STACK, SUFFIX = "111122223333", "eu-west-1", "finalize-cutover", "1A2B3C4D5E6F"
HERE = f"{REGION}:{ACCOUNT}"
FUNCTION = f"arn:aws:lambda:{HERE}:function:{STACK}-FinalizeCutover-{SUFFIX}"
ROLES = {
    name: f"arn:aws:iam::{ACCOUNT}:role/{STACK}-{name}-{SUFFIX}" for name in ("FinalizeCutoverRole", "FinalizeWaveRole")
}
ARTIFACT = "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1a2b3c4d5e6f/0123456789abcdef"
VPC_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
EVERYTHING = "*"
BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"
# Parameters of the application with which it has every optional resource, permission and property.
EVERY = {
    **OPTIONS,
    "CreateEvidenceBucket": "true",
    "AllowArchiveApplicationAndWave": "true",
    "EnforceApprovalTag": "true",
    "PermissionsBoundaryArn": BOUNDARY,
    "VpcSubnetIds": "subnet-0123456789abcdef0",
    "VpcSecurityGroupIds": "sg-0123456789abcdef0",
    "ReservedConcurrency": 5,
}

Resource = Mapping[str, Any]

# CloudFormation names buckets in lower case, and a state machine without the stack.
ARNS = {
    "AWS::CloudWatch::Alarm": lambda name: f"arn:aws:cloudwatch:{HERE}:alarm:{STACK}-{name}-{SUFFIX}",
    "AWS::CloudWatch::Dashboard": lambda _: f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{STACK}-{REGION}",
    "AWS::Events::Rule": lambda name: f"arn:aws:events:{HERE}:rule/{STACK}-{name}-{SUFFIX}",
    "AWS::IAM::Role": lambda name: ROLES[name],
    "AWS::Lambda::EventInvokeConfig": lambda _: FUNCTION,
    "AWS::Lambda::Function": lambda _: FUNCTION,
    "AWS::Lambda::LayerVersion": lambda _: f"arn:aws:lambda:{HERE}:layer:RuntimeLayer:7",
    "AWS::Lambda::Permission": lambda _: FUNCTION,
    "AWS::Logs::LogGroup": lambda name: (
        f"arn:aws:logs:{HERE}:log-group:{STACK}-{name}-{SUFFIX}"
        if name == "FinalizeCutoverLogs"
        else f"arn:aws:logs:{HERE}:log-group:/aws/vendedlogs/states/{STACK}-0123456789ab"
    ),
    "AWS::S3::Bucket": lambda name: f"arn:aws:s3:::{STACK}-{name.lower()}-1a2b3c4d5e6f",
    "AWS::S3::BucketPolicy": lambda name: f"arn:aws:s3:::{STACK}-{name.lower().removesuffix('policy')}-1a2b3c4d5e6f",
    "AWS::SQS::Queue": lambda name: f"arn:aws:sqs:{HERE}:{STACK}-{name}-{SUFFIX}",
    "AWS::SQS::QueuePolicy": lambda _: f"arn:aws:sqs:{HERE}:{STACK}-FailedRequests-{SUFFIX}",
    "AWS::StepFunctions::StateMachine": lambda name: f"arn:aws:states:{HERE}:stateMachine:{name}-{SUFFIX}",
}
# Actions on something else than the resource.
ELSEWHERE = {
    "lambda:GetLayerVersion": f"arn:aws:lambda:{HERE}:layer:RuntimeLayer:7",
    "lambda:PublishLayerVersion": f"arn:aws:lambda:{HERE}:layer:RuntimeLayer",
    "logs:DescribeLogGroups": EVERYTHING,
    "logs:DescribeResourcePolicies": EVERYTHING,
    "s3:GetObject": ARTIFACT,
    "s3:GetObjectVersion": ARTIFACT,
}
PASSED = {
    "AWS::Lambda::Function": (ROLES["FinalizeCutoverRole"], "lambda.amazonaws.com"),
    "AWS::StepFunctions::StateMachine": (ROLES["FinalizeWaveRole"], "states.amazonaws.com"),
}

# Calls for properties that the template does not use, by resource type; actions of a whole service end with a colon.
UNUSED = {
    "AWS::Events::Rule": {"iam:PassRole": "no target has a role"},
    "AWS::IAM::Policy": dict.fromkeys(
        (f"iam:{verb}{whose}Policy" for verb in ("Get", "Put", "Delete") for whose in ("User", "Group")),
        "every policy belongs to a role",
    ),
    "AWS::IAM::Role": {"iam:DeleteRolePermissionsBoundary": "a boundary is never removed"},
    "AWS::Lambda::Function": {
        "elasticfilesystem:": "no file system",
        "kms:": "AWS's key encrypts the variables and the code",
        "lambda:AssociateRuntimeAlias": "no runtime alias",
        "lambda:DeleteFunctionCodeSigningConfig": "no code signing",
        "lambda:GetCodeSigningConfig": "no code signing",
        "lambda:PassCapacityProvider": "no capacity provider",
        "lambda:PublishVersion": "no version is published",
        "lambda:PutFunctionCodeSigningConfig": "no code signing",
        "lambda:PutFunctionRecursionConfig": "Lambda's default",
        "lambda:PutFunctionScalingConfig": "no capacity provider",
        "lambda:PutRuntimeManagementConfig": "Lambda's default",
        "s3files:": "no file system",
    },
    "AWS::Logs::LogGroup": {
        "firehose:": "no data protection",
        "logs:CreateLogDelivery": "no data protection",
        "logs:DeleteIndexPolicy": "no field indexes",
        "logs:DeleteResourcePolicy": "no resource policy",
        "logs:DeleteRetentionPolicy": "every group has a retention",
        "logs:PutBearerTokenAuthentication": "not used",
        "logs:PutDataProtectionPolicy": "no data protection",
        "logs:PutIndexPolicy": "no field indexes",
        "logs:PutLogGroupDeletionProtection": "not used",
        "logs:PutResourcePolicy": "no resource policy",
        "s3:": "no data protection",
    },
    "AWS::S3::Bucket": {
        "iam:PassRole": "no replication",
        "s3:CreateBucketMetadataTableConfiguration": "no metadata table",
        "s3:DeleteBucket": "not an IAM action for a setting",
        "s3:DeleteObject": "no access logs to test",
        "s3:PutAccelerateConfiguration": "not used",
        "s3:PutAnalyticsConfiguration": "not used",
        "s3:PutBucketAbac": "not used",
        "s3:PutBucketAcl": "ACLs are off",
        "s3:PutBucketCORS": "not used",
        "s3:PutBucketLogging": "no access logs",
        "s3:PutBucketNotification": "not used",
        "s3:PutBucketReplication": "no replication",
        "s3:PutBucketWebsite": "not used",
        "s3:PutIntelligentTieringConfiguration": "not used",
        "s3:PutInventoryConfiguration": "not used",
        "s3:PutMetricsConfiguration": "not used",
        "s3:PutObjectAcl": "ACLs are off",
        "s3:PutObjectLockConfiguration": "an older name of s3:PutBucketObjectLockConfiguration",
        "s3:PutReplicationConfiguration": "no replication",
        "s3:DeleteBucketMetadataTableConfiguration": "no metadata table",
        "s3:DeleteBucketWebsite": "not used",
        "s3:DeleteBucketAnalyticsConfiguration": "not used",
        "s3:DeleteBucketCors": "not used",
        "s3:DeleteBucketMetricsConfiguration": "not used",
        "s3:DeleteBucketEncryption": "every bucket is encrypted",
        "s3:DeleteBucketLifecycle": "the rule stays",
        "s3:DeleteBucketReplication": "no replication",
        "s3:UpdateBucketMetadataJournalTableConfiguration": "no metadata table",
        "s3:UpdateBucketMetadataInventoryTableConfiguration": "no metadata table",
        "s3:UpdateBucketMetadataAnnotationTableConfiguration": "no metadata table",
        "s3tables:": "no metadata table",
    },
    "AWS::StepFunctions::StateMachine": {"kms:": "AWS's key encrypts the executions"},
}
# Calls only for a property that few deployments set.
FOR_PROPERTY = {
    "ec2:DescribeNetworkInterfaces": "VpcConfig",
    "ec2:DescribeSecurityGroups": "VpcConfig",
    "ec2:DescribeSubnets": "VpcConfig",
    "ec2:DescribeVpcs": "VpcConfig",
    "iam:AttachRolePolicy": "ManagedPolicyArns",
    "iam:DetachRolePolicy": "ManagedPolicyArns",
    "iam:PutRolePermissionsBoundary": "PermissionsBoundary",
    "logs:AssociateKmsKey": "KmsKeyId",
    "logs:DisassociateKmsKey": "KmsKeyId",
    "s3:PutBucketObjectLockConfiguration": "ObjectLockEnabled",
}


class Call(tuple[str, str, tuple[tuple[str, str], ...]]):
    """An action, the ARN of its resource, and the values of condition keys, which can be in a set."""

    __slots__ = ()

    def __new__(cls, action: str, resource: str, **context: str) -> Self:
        """Return a call; a condition key has two underscores for its colon."""
        return super().__new__(cls, (action, resource, tuple((k.replace("__", ":"), v) for k, v in context.items())))


SAM_STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/finalize-cutover/0123"
# The calls of the SAM CLI itself, for a bucket that exists; tests/e2e/test_deploy_policy.py holds that these are all.
SAM_CLI = [
    *(
        Call(f"cloudformation:{name}", SAM_STACK)
        for name in (
            *("CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStacks", "DescribeStackEvents"),
            *("GetTemplate", "GetTemplateSummary", "DeleteStack", "TagResource"),
        )
    ),
    *(Call(f"s3:{name}", ARTIFACT) for name in ("DeleteObject", "GetObject", "PutObject")),
]


def calls(logical_id: str, resource: Resource, boundary: str = "") -> Iterator[Call]:
    """
    Yield what CloudFormation calls in the life of a deployed resource.

    Args:
        boundary: ARN of the permissions boundary of every role; empty without one.
    """
    kept = resource.get("DeletionPolicy") == "Retain" and resource.get("UpdateReplacePolicy") == "Retain"
    operations = ("create", "read", "update") if kept else ("create", "read", "update", "delete")
    for action in sorted(permissions(resource["Type"], operations)):
        if not is_unused(resource["Type"], action) and _has_property(action, resource):
            yield from _of(action, logical_id, resource, boundary)


def is_unused(resource_type: str, action: str) -> bool:
    """Return whether the template sets nothing for which the handler makes this call."""
    names = UNUSED.get(resource_type, {})
    return action in names or f"{action.partition(':')[0]}:" in names


def _has_property(action: str, resource: Resource) -> bool:
    return action not in FOR_PROPERTY or FOR_PROPERTY[action] in resource["Properties"]


def _of(action: str, logical_id: str, resource: Resource, boundary: str) -> Iterator[Call]:
    resource_type = resource["Type"]
    if action == "iam:PassRole":
        role, service = PASSED[resource_type]
        yield Call(action, role, iam__PassedToService=service)
    elif action.startswith("ec2:"):
        yield Call(action, EVERYTHING)
    elif action.startswith("iam:"):
        for arn in _roles(logical_id, resource):
            context = {"iam__PermissionsBoundary": boundary} if boundary else {}
            yield Call(action, arn, iam__PolicyARN=VPC_POLICY, **context)
    else:
        yield Call(action, ELSEWHERE.get(action) or ARNS[resource_type](logical_id))


def _roles(logical_id: str, resource: Resource) -> list[str]:
    if resource["Type"] == "AWS::IAM::Role":
        return [ROLES[logical_id]]
    return [ROLES[name.strip("<>")] for name in resource["Properties"]["Roles"]]
