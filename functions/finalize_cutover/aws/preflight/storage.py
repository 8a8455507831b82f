"""The configuration of the evidence bucket; no object is read."""

from collections.abc import Callable
from typing import Any

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import text
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.errors import CutoverError

NO_LOCK = "ObjectLockConfigurationNotFoundError"
NO_POLICY = "NoSuchBucketPolicy"


def has_object_lock(client: Callable[[], Any], limit: TimeLimit, bucket: str) -> bool:
    """
    Return whether S3 locks objects of *bucket*.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html
    """
    try:
        with translated("s3:GetBucketObjectLockConfiguration"):
            answer = limit.run(lambda: client().get_object_lock_configuration(Bucket=bucket))
            return text(answer["ObjectLockConfiguration"], "ObjectLockEnabled") == "Enabled"
    except CutoverError as error:
        if error.code != NO_LOCK:
            raise
        return False


def bucket_policy(client: Callable[[], Any], limit: TimeLimit, bucket: str) -> str | None:
    """Return the policy of *bucket*; None if it has none."""
    try:
        with translated("s3:GetBucketPolicy"):
            return text(limit.run(lambda: client().get_bucket_policy(Bucket=bucket)), "Policy")
    except CutoverError as error:
        if error.code != NO_POLICY:
            raise
        return None
