"""An S3 bucket with Object Lock through boto3: the port ``EvidenceBucket`` of the core."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.errors import (
    ConflictError,
    MgnRefusedError,
    MgnUnavailableError,
)
from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.time_budget import ATTEMPT

HINT = (
    "Correct EvidenceBucketName, or the bucket: it must exist in the function's own Region, have Object Lock, and "
    "allow the function's role s3:PutObject and s3:PutObjectRetention. Nothing is finalized without its record."
)


class AwsEvidenceBucket:
    """
    A bucket whose objects are locked in compliance mode: until the end of their retention, nobody can delete a version.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html

    Args:
        client: Returns the boto3 client; called only when it is needed.

        name: Name of the bucket.

        retention: How long an object is locked.

        clock: The time source for the end of the retention.

        limit: When each call must have ended.
    """

    def __init__(
        self, client: Callable[[], Any], *, name: str, retention: timedelta, clock: Clock, limit: TimeLimit
    ) -> None:
        self._client = client
        self._name = name
        self._retention = retention
        self._clock = clock
        self._limit = limit

    def store(self, key: str, body: bytes) -> bool:
        """
        Store *body* under *key*; return False if the key exists.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        try:
            with translated("s3:PutObject", missing=HINT):
                return self._limit.run(partial(self._store, key, body), within=ATTEMPT)
        except ConflictError as error:
            # Another request writes the same key at this moment, so that a retry finds it.
            raise MgnUnavailableError(str(error), code=error.code, http_status=error.http_status) from error
        except MgnRefusedError as error:
            raise MgnRefusedError(str(error), code=error.code, http_status=error.http_status, hint=HINT) from error

    def _store(self, key: str, body: bytes) -> bool:
        try:
            self._client().put_object(
                Bucket=self._name,
                Key=key,
                Body=body,
                ContentType="application/json",
                # S3 requires a checksum with a lock.
                ChecksumAlgorithm="SHA256",
                IfNoneMatch="*",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=self._clock.now() + self._retention,
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.PRECONDITION_FAILED:
                return False
            raise
        return True
