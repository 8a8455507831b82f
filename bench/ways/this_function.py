"""The way of this project: one invocation of the function for the whole wave."""

from collections.abc import Sequence

from finalize_cutover.app import lambda_handler


def prepare(server_id: str) -> None:
    """Finalize *server_id*, to create all clients for a warm start."""
    lambda_handler({"sourceServerID": server_id, "waitMinutes": 0})


def finalize(wave_id: str, _server_ids: Sequence[str]) -> None:
    """Finalize the wave."""
    lambda_handler({"waveID": wave_id, "waitMinutes": 0})
