"""Versions of the application on the local AWS: earlier ones from ``releases``, and the current build."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from local.cloudformation import template_text
from local.deploy.stack import Stack, StackState
from local.lambda_runtime import artifact, functions
from local.lambda_runtime.artifact import Artifact

ROOT = Path(__file__).parents[2]
RELEASES = Path(__file__).parent / "releases"
BUILT = ROOT / ".aws-sam" / "build"
BUCKET = "versions"
STACK = "finalize-cutover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """
    A version of the application.

    Attributes:
        folder: Where its template is.

        artifact: Its function, with the layer of the current build.

        archive: The code that a deployment uploads.
    """

    name: str
    folder: Path
    artifact: Artifact
    archive: bytes

    @property
    def digest(self) -> str:
        """``CodeSha256`` of the function, by which the local AWS finds the process that runs it."""
        return base64.b64encode(hashlib.sha256(self.archive).digest()).decode()

    def template(self) -> dict[str, Any]:
        """Return the template as written."""
        return template_text.parse((self.folder / "template.yaml").read_text())

    def deploy(self, url: str, parameters: Mapping[str, str] | None = None, **more: Any) -> StackState:
        """
        Deploy this version as `sam deploy` does, as a new stack or over another version.

        Args:
            url: URL of the local AWS.

            parameters: Of the template.

            more: More resources.
        """
        s3, key = boto3.client("s3", endpoint_url=url), f"{self.name}.zip"
        region = {"LocationConstraint": "eu-west-1"}
        if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=region)
        s3.put_object(Bucket=BUCKET, Key=key, Body=self.archive)
        body = self.template()
        body["Resources"]["FinalizeCutover"]["Properties"]["CodeUri"] = {"Bucket": BUCKET, "Key": key}
        body["Resources"] |= more
        # Beside the definition of the state machine, to which the template refers.
        packaged = self.folder / "packaged.json"
        packaged.write_text(json.dumps(body))
        return Stack(url, STACK).deploy(packaged, parameters)

    def run_by(self, invoke: functions.Invoke) -> None:
        """Let *invoke* run the function of every stack to which this version is deployed."""
        functions.register(self.digest, invoke)

    def forget(self) -> None:
        """Let nothing run this version."""
        functions.forget(self.digest)


def earlier(name: str, folder: Path) -> Version:
    """Unpack the version *name* into the empty *folder*."""
    with zipfile.ZipFile(RELEASES / name / "package.zip") as package:
        package.extractall(folder)
    layer = folder / "layers" / "runtime"
    layer.parent.mkdir()
    layer.symlink_to(BUILT / "RuntimeLayer")
    return Version(
        name=name,
        folder=folder,
        artifact=artifact.load(folder / "template.yaml", "FinalizeCutover"),
        archive=_archive(folder / "functions"),
    )


def current(built: Artifact, folder: Path) -> Version:
    """Return the current version, with its template in the empty *folder*."""
    (folder / "template.yaml").write_text((ROOT / "template.yaml").read_text())
    (folder / "statemachines").symlink_to(ROOT / "statemachines")
    return Version(name="current", folder=folder, artifact=built, archive=_archive(built.code))


def _archive(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            file.write(path, path.relative_to(folder))
    return archive.getvalue()
