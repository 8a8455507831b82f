"""
Does the part of ``sam package`` that the local AWS needs: local paths in a template become S3 locations.

Function code is not uploaded: the registered callable runs the function, so an empty archive is enough.
Definitions of state machines are uploaded as they are.
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
DEFINITION = {"AWS::Serverless::StateMachine": "DefinitionUri"}


def package(template: Path, s3: Any) -> str:
    """
    Upload the objects that *template* needs to S3, and return its text with references to them.

    Args:
        s3: boto3's client.
    """
    body = template_text.parse(template.read_text())
    places = [place for resource in body["Resources"].values() if (place := _point_to_bucket(resource))]
    if places:
        _make_bucket(s3)
    for key, path in places:
        s3.put_object(Bucket=BUCKET, Key=key, Body=(template.parent / path).read_bytes() if path else _archive())
    return json.dumps(body)


def _point_to_bucket(resource: dict[str, Any]) -> tuple[str, str | None] | None:
    """
    Make *resource* refer to an object in the bucket, and return the object.

    Returns:
        (key, path of the file to upload); the path is None for code.  None if *resource* refers to no file.
    """
    name = {**CODE, **DEFINITION}.get(resource["Type"])
    path = name and resource["Properties"].get(name)
    if not isinstance(path, str):
        return None
    key, path = (KEY, None) if resource["Type"] in CODE else (path, path)
    resource["Properties"][name] = {"Bucket": BUCKET, "Key": key}
    return key, path


def _make_bucket(s3: Any) -> None:
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


def _archive() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("README", "The function runs where it was registered.")
    return archive.getvalue()
