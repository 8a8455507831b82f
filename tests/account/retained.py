"""Deletes what the stack retains, if nothing is lost by it."""

from typing import Any

from botocore.exceptions import ClientError

from finalize_cutover.cutover.ports import Clock
from tests.account.aws import Aws

Resource = dict[str, str]
LOOKS, PAUSE = 10, 10  # a deleted queue can be shown for a minute
MISSING = {
    "404",
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchBucket",
    "NotFound",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
}


class Retained:
    """
    The queues, buckets and log groups that a deleted stack retained.

    Args:
        keeps_logs: Whether log groups stay, because they record a finalization.
    """

    def __init__(self, aws: Aws, *, keeps_logs: bool) -> None:
        self._aws = aws
        self._keeps_logs = keeps_logs

    def delete(self, resource: Resource) -> bool:
        """Delete *resource* if it is empty; return whether it no longer exists."""
        actions = {
            "AWS::SQS::Queue": self._delete_queue,
            "AWS::S3::Bucket": self._delete_bucket,
            "AWS::Logs::LogGroup": self._delete_log_group,
        }
        action = actions.get(resource["type"])
        if action is None:
            return False
        try:
            return action(resource["id"])
        except ClientError as error:
            return error.response["Error"]["Code"] in MISSING

    def wait_until_gone(self, resources: list[Resource], clock: Clock) -> list[Resource]:
        """Return those of the deleted *resources* that AWS still shows after a while."""
        for _ in range(LOOKS):
            if not (left := [each for each in resources if self._exists(each)]):
                return []
            clock.sleep(PAUSE)
        return left

    def _exists(self, resource: Resource) -> bool:
        try:
            if resource["type"] == "AWS::SQS::Queue":
                self._aws.client("sqs").get_queue_attributes(QueueUrl=resource["id"], AttributeNames=["QueueArn"])
            elif resource["type"] == "AWS::S3::Bucket":
                self._aws.client("s3").head_bucket(Bucket=resource["id"])
            else:
                groups = self._aws.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=resource["id"])
                return any(group["logGroupName"] == resource["id"] for group in groups)
        except ClientError as error:
            return error.response["Error"]["Code"] not in MISSING
        return True

    def _delete_queue(self, url: str) -> bool:
        sqs = self._aws.client("sqs")
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if any(int(counts[name]) for name in names):
            return False
        sqs.delete_queue(QueueUrl=url)
        return True

    def _delete_bucket(self, name: str) -> bool:
        # S3 refuses to delete a bucket with objects or versions.
        self._aws.client("s3").delete_bucket(Bucket=name)
        return True

    def _delete_log_group(self, name: str) -> bool:
        if self._keeps_logs:
            return False
        self._aws.client("logs").delete_log_group(logGroupName=name)
        return True


def is_policy(resource: Resource) -> bool:
    """Whether *resource* is the policy of a queue or a bucket: it ends with that, and is not counted."""
    return resource["type"].endswith(("::QueuePolicy", "::BucketPolicy"))


def empty_prefix(s3: Any, bucket: str, prefix: str) -> int:
    """Delete every version of every object below *prefix*; return their number."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    found = [
        {"Key": item["Key"], "VersionId": item["VersionId"]}
        for page in pages
        for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    ]
    for each in found:
        s3.delete_object(Bucket=bucket, **each)
    return len(found)
