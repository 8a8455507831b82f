"""What comes to mind first: FinalizeCutover for one source server after the other, without a look at any."""

import contextlib
from collections.abc import Sequence

import boto3
from botocore.exceptions import ClientError


def prepare(server_id: str) -> None:
    """Finalize *server_id*, so that all of boto3 has been loaded."""
    boto3.client("mgn").finalize_cutover(sourceServerID=server_id)


def finalize(_wave_id: str, server_ids: Sequence[str]) -> None:
    """Finalize *server_ids*; what fails is left behind."""
    mgn = boto3.client("mgn")
    for server_id in server_ids:
        with contextlib.suppress(ClientError):
            mgn.finalize_cutover(sourceServerID=server_id)
