"""The results of a wave in S3: copied into a folder, and read as the report page reads them."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mgn_finalize.aws_errors import answered
from mgn_finalize.deployment import Deployment
from mgn_finalize.errors import ProgramError
from mgn_finalize.forms import understood
from mgn_finalize.waves.execution import Execution

ROUND = re.compile(r"round-([0-9]+)/")
# Objects of a wave that are no results: what was approved.
APPROVALS = "approved/"


class ResultsBucket:
    """The bucket with the results of waves."""

    def __init__(self, deployment: Deployment, bucket: str) -> None:
        self._bucket = bucket
        self._client = deployment.client("s3")

    @understood("The results of the check")
    def checked(self, manifest: str) -> list[dict[str, Any]]:
        """
        Return the reports of the check with *manifest*.

        Raises:
            ProgramError: S3 refuses to return them, or they have another form.
        """
        files = self._json(manifest)["ResultFiles"]
        entries = [entry for one in files.get("SUCCEEDED", []) for entry in self._json(one["Key"])]
        return [report for entry in entries for report in json.loads(entry["Output"])["servers"]]

    @contextmanager
    def copied(self, execution: Execution) -> Iterator[Path]:
        """
        Copy the results of *execution* into a folder, of a wave that waits those of the last round.

        Raises:
            ProgramError: There are none, or S3 refuses to return them.
        """
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="mgn-finalize-") as name:
            folder = Path(name)
            keys = last_round(self._keys(f"{execution.wave_name}/"))
            if not keys:
                raise ProgramError(f"Bucket {self._bucket} has no results of {execution.wave_name} yet.")
            for path, key in keys.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(self._read(key))
            if execution.output:
                (folder / "summary.json").write_text(json.dumps(execution.output))
            yield folder

    def _keys(self, prefix: str) -> dict[str, str]:
        """Return ``{path below the prefix: key}``."""
        with answered(f"S3 did not list the results in {self._bucket}"):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        paths = {key.removeprefix(prefix): key for key in keys}
        # Nothing may be written outside of the folder.
        return {path: key for path, key in paths.items() if ".." not in path.split("/") and not path.startswith("/")}

    def _json(self, key: str) -> Any:
        return json.loads(self._read(key))

    def _read(self, key: str) -> bytes:
        with answered(f"S3 did not return {key} of {self._bucket}"):
            content: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return content


def last_round(keys: Mapping[str, str]) -> dict[str, str]:
    """
    Return the results among *keys*, without the folder of their round.

    Args:
        keys: ``{path: key}`` of everything that the wave has stored.
    """
    results = {path: key for path, key in keys.items() if not path.startswith(APPROVALS)}
    rounds = {int(found[1]) for path in results if (found := ROUND.match(path))}
    if not rounds:
        return results
    folder = f"round-{max(rounds)}/"
    return {path.removeprefix(folder): key for path, key in results.items() if path.startswith(folder)}


def bucket_of(execution: Execution, deployment: Deployment) -> str:
    """Return the bucket with the results of *execution*."""
    location = str((execution.output or {}).get("results", ""))
    found = re.match(r"s3://([^/]+)/", location)
    return found[1] if found else deployment.results_bucket
