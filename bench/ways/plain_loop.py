"""The simplest way: call FinalizeCutover for one source server after another, without checks."""

import contextlib
from collections.abc import Sequence

import boto3
from botocore.exceptions import ClientError


def prepare(server_id: str) -> None:
    """Finalize *server_id*, to load all of boto3."""
    boto3.client("mgn").finalize_cutover(sourceServerID=server_id)


def finalize(_wave_id: str, server_ids: Sequence[str]) -> None:
    """Finalize *server_ids*; ignore errors."""
    mgn = boto3.client("mgn")
    for server_id in server_ids:
        with contextlib.suppress(ClientError):
            mgn.finalize_cutover(sourceServerID=server_id)
