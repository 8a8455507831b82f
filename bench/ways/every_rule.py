"""The way of this project with every optional rule switched on."""

from collections.abc import Sequence

from bench.accepted import EVERY_RULE
from finalize_cutover.app import lambda_handler


def prepare(server_id: str) -> None:
    """Finalize *server_id*, to create all clients for a warm start."""
    lambda_handler({"sourceServerID": server_id, "waitMinutes": 0, **EVERY_RULE})


def finalize(wave_id: str, _server_ids: Sequence[str]) -> None:
    """Finalize the wave."""
    lambda_handler({"waveID": wave_id, "waitMinutes": 0, **EVERY_RULE})
