"""
Writes the results of a Distributed Map to S3: a file for each status of its children, and a manifest of the files.

moto writes a manifest without files.
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

import json
from dataclasses import dataclass, field
from typing import Any

STATUSES = ("FAILED", "PENDING", "SUCCEEDED")


@dataclass(slots=True, kw_only=True)
class Child:
    """
    A child execution of a map.

    Attributes:
        items: Number of items in its batch.

        status: PENDING until it ends.

        events: Its execution history; empty until it ends.
    """

    input: Any
    items: int
    name: str = ""
    arn: str = ""
    status: str = "PENDING"
    output: Any = None
    error: str | None = None
    cause: str | None = None
    events: list[Any] = field(default_factory=list)


def write(arguments: dict[str, str], map_run_arn: str, children: list[Child], s3: Any) -> dict[str, Any]:
    """
    Write the results of a map run, and return the state's result, which contains their location.

    Args:
        arguments: ``Bucket`` and ``Prefix``.

        s3: boto3's client.
    """
    bucket, prefix = arguments["Bucket"], arguments.get("Prefix", "").strip("/")
    folder = f"{prefix}/{map_run_arn.rpartition(':')[2]}".lstrip("/")
    files: dict[str, list[dict[str, Any]]] = {status: [] for status in STATUSES}
    for status in STATUSES:
        if entries := [_entry(child) for child in children if child.status == status]:
            body = json.dumps(entries).encode()
            s3.put_object(Bucket=bucket, Key=f"{folder}/{status}_0.json", Body=body)
            files[status].append({"Key": f"{folder}/{status}_0.json", "Size": len(body)})
    manifest = {"DestinationBucket": bucket, "MapRunArn": map_run_arn, "ResultFiles": files}
    s3.put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=json.dumps(manifest).encode())
    return {"MapRunArn": map_run_arn, "ResultWriterDetails": {"Bucket": bucket, "Key": f"{folder}/manifest.json"}}


def _entry(child: Child) -> dict[str, Any]:
    entry = {"ExecutionArn": child.arn, "Name": child.name, "Status": child.status, "Input": json.dumps(child.input)}
    if child.status == "SUCCEEDED":
        return {**entry, "Output": json.dumps(child.output)}
    return {**entry, **({"Error": child.error, "Cause": child.cause} if child.status == "FAILED" else {})}
