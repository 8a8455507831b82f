"""The reads of the preflight through boto3: the port ``PreflightPorts`` of the core."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from finalize_cutover.aws.acceptance.validator import AwsValidator
from finalize_cutover.aws.clients import SDK_VERSION
from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import identifier
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.preflight.ports import Caller, Decision, EventRule

from . import event_rules, identity, simulation, storage


class AwsPreflightPorts:
    """
    The reads of the preflight.

    Args:
        client: Returns a function that returns the boto3 client of a service in the function's own account; with
            ``in_member``, in the account of the request.

        limit: When each call must have ended.

        account_id: The member account of MGN's global view; None for the client's own account.
    """

    def __init__(
        self, client: Callable[..., Callable[[], Any]], *, limit: TimeLimit, account_id: str | None = None
    ) -> None:
        self._client = client
        self._limit = limit
        self._account: dict[str, Any] = {"accountID": account_id} if account_id else {}

    def caller(self) -> Caller:
        """Return whose credentials the function uses."""
        return identity.caller(self._client("sts"), self._limit)

    def decisions(
        self, role_arn: str, actions: Collection[str], resource: str, context: Mapping[str, str]
    ) -> dict[str, Decision]:
        """Return what IAM decides about *actions* of a role on *resource*, by action."""
        return simulation.decisions(self._client("iam"), self._limit, role_arn, actions, resource, context)

    def count_applications(self) -> int:
        """Return the number of MGN's applications that are not archived."""
        with translated("mgn:ListApplications"):
            return self._limit.run(self._count_applications)

    def _count_applications(self) -> int:
        paginator = self._client("mgn", in_member=True)().get_paginator("list_applications")
        pages = paginator.paginate(filters={"isArchived": False}, **self._account)
        return sum(len(page["items"]) for page in pages)

    def check_event_bus(self, name: str) -> None:
        """Return if the event bus exists."""
        with translated("events:DescribeEventBus"):
            identifier(self._limit.run(lambda: self._client("events")().describe_event_bus(Name=name)), "Arn")

    def event_rules(self, function_arn: str) -> list[EventRule]:
        """Return the rules of the default event bus that invoke the function."""
        return event_rules.of_function(self._client("events"), self._limit, function_arn)

    def check_topic(self, arn: str) -> None:
        """Return if the SNS topic exists."""
        with translated("sns:GetTopicAttributes"):
            answer = self._limit.run(lambda: self._client("sns")().get_topic_attributes(TopicArn=arn))
            identifier(answer["Attributes"], "TopicArn")

    def has_object_lock(self, bucket: str) -> bool:
        """Return whether S3 locks objects of *bucket*."""
        return storage.has_object_lock(self._client("s3"), self._limit, bucket)

    def bucket_policy(self, bucket: str) -> str | None:
        """Return the policy of *bucket*; None if it has none."""
        return storage.bucket_policy(self._client("s3"), self._limit, bucket)

    def key_state(self, arn: str) -> str:
        """Return the state of the KMS key."""
        with translated("kms:DescribeKey"):
            answer = self._limit.run(lambda: self._client("kms")().describe_key(KeyId=arn))
            return identifier(answer["KeyMetadata"], "KeyState")

    def try_validator(self, function_arn: str) -> None:
        """Invoke the validator function without source servers."""
        client = self._client("lambda", writes=True)
        AwsValidator(client, function_arn=function_arn, limit=self._limit).try_out()

    def sdk_version(self) -> str:
        """Return the version of botocore."""
        return SDK_VERSION
