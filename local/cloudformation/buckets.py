"""S3 buckets of stacks, with versioning and Object Lock, which moto's CloudFormation ignores."""

from typing import Any

from moto.s3.models import FakeBucket


class Bucket(FakeBucket):
    """A bucket that a template describes."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **options: Any
    ) -> FakeBucket:
        bucket = super().create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **options
        )
        properties = cloudformation_json.get("Properties", {})
        bucket.versioning_status = properties.get("VersioningConfiguration", {}).get("Status")
        bucket.object_lock_enabled = str(properties.get("ObjectLockEnabled")).lower() == "true"
        return bucket
