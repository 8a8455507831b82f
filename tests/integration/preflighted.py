"""A deployment that uses every feature, in the local AWS, while IAM is enforced."""

from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from local.client import LocalAws
from local.deploy.stack import REGION
from tests.integration.accepted import CALENDAR, VALIDATOR, accept
from tests.integration.acting import CONTEXT, Acting

SERVER = "s-0123456789abcdef0"
BUCKET = "records-of-cutovers"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:digests"
# The parameters of the template; those that are no condition there are variables only.
PARAMETERS = {
    "AllowSetTerminationProtection": "true",
    "ArchiveAfterFinalize": "true",
    "ArchiveApplicationAndWave": "true",
    "DigestTopicArn": TOPIC,
    "EvidenceBucketName": BUCKET,
    "FinalizeOnLaunch": "ENABLED",
    "ValidatorFunctionArn": VALIDATOR,
}
VARIABLES = {
    "ALLOW_SET_TERMINATION_PROTECTION": "true",
    "ARCHIVE_AFTER_FINALIZE": "true",
    "ARCHIVE_APPLICATION_AND_WAVE": "true",
    "AUTOMATION_ALARM_PREFIX": "accept-",
    "AUTOMATION_REQUIRE": "application-status,termination-protection,backup,validator",
    "CHANGE_CALENDARS": CALENDAR,
    "DIGEST_TOPIC_ARN": TOPIC,
    "EVIDENCE_BUCKET": BUCKET,
    "FINALIZE_ON_LAUNCH": "ENABLED",
    "VALIDATOR_FUNCTION_ARN": VALIDATOR,
}


def client(aws: LocalAws, service: Any) -> Any:
    """Return a boto3 client of the administrator."""
    return boto3.client(service, endpoint_url=aws.url, region_name=REGION)


def provide(aws: LocalAws) -> None:
    """Create what the parameters name, and a ready source server; before IAM is enforced."""
    client(aws, "s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}, ObjectLockEnabledForBucket=True
    )
    client(aws, "sns").create_topic(Name="digests")
    aws.set_validator(VALIDATOR, answer={})
    aws.set_alarm(f"accept-{SERVER}", kind="composite")
    server = aws.add_source_server("ready", sourceServerID=SERVER, tags={"FinalizeCutover": "approved"})
    accept(aws, client(aws, "ec2"), server["launchedInstance"]["ec2InstanceID"])


class Preflight:
    """
    The function with the role of a new stack, and everything that it needs.

    Args:
        parameters: Parameters of the template that differ.
    """

    def __init__(self, aws: LocalAws, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> None:
        self._aws = aws
        for name, value in VARIABLES.items():
            monkeypatch.setenv(name, value)
        self.acting = Acting(aws, monkeypatch, **{**PARAMETERS, **parameters})
        aws.enforce_iam(enforce=False)
        (function,) = client_of(self).list_functions()["Functions"]
        self.context = SimpleNamespace(
            **{**vars(CONTEXT), "invoked_function_arn": function["FunctionArn"], "function_version": "$LATEST"}
        )
        aws.enforce_iam()
        aws.clear_calls()

    def report(self, **fields: str) -> dict[str, Any]:
        """Return the report of a preflight."""
        answer: dict[str, Any] = self.acting.asks({"action": "preflight", **fields}, self.context)
        return answer

    def line(self, check: str, **fields: str) -> dict[str, str]:
        """Return the line of a check."""
        return {line["check"]: line for line in self.report(**fields)["checks"]}[check]


def client_of(preflight: Preflight) -> Any:
    """Return a client of Lambda with the role of the function, while IAM is not enforced."""
    return preflight.acting.client("lambda")


def without(role: str, action: str, aws: LocalAws) -> None:
    """Deny *action* to the *role*."""
    aws.enforce_iam(enforce=False)
    document = f'{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "Action": "{action}", "Resource": "*"}}}}'
    name = role.rpartition("/")[2]
    administrator = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}  # of the same account
    iam = boto3.session.Session(**administrator).client("iam", endpoint_url=aws.url, region_name=REGION)
    iam.put_role_policy(RoleName=name, PolicyName="Denied", PolicyDocument=document)
    aws.enforce_iam()
