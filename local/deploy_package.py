"""
What ``sam package`` does, as far as the local AWS cares: code in a folder becomes code in a bucket.

The code stays where it is.  Whoever registered for the function's handler runs it, so an empty archive will do.
"""

import contextlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from local.cloudformation import template_text

BUCKET = "local-aws-deploy"
KEY = "registered-in-this-process.zip"
CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def package(template: Path, s3: Any) -> str:
    """
    Return the text of *template* as CloudFormation can deploy it, and put into S3 what it then refers to.

    Args:
        s3: boto3's client.
    """
    body = template_text.parse(template.read_text())
    packaged = [_point_to_bucket(resource) for resource in body["Resources"].values()]
    if any(packaged):
        _upload(s3)
    return json.dumps(body)


def _point_to_bucket(resource: dict[str, Any]) -> bool:
    name = CODE.get(resource["Type"])
    if name is None or not isinstance(resource["Properties"].get(name), str):
        return False
    resource["Properties"][name] = {"Bucket": BUCKET, "Key": KEY}
    return True


def _upload(s3: Any) -> None:
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("README", "The function runs where it was registered.")
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=archive.getvalue())
