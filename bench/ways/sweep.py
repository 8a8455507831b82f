"""The sweep of this project, in an invocation that ends after ``SWEEP_SECONDS``."""

import os
import time
from collections.abc import Sequence
from types import SimpleNamespace

from finalize_cutover.app import lambda_handler


def prepare(server_id: str) -> None:
    """Finalize *server_id*, to create all clients for a warm start."""
    lambda_handler({"sourceServerID": server_id, "waitMinutes": 0})


def finalize(_wave_id: str, _server_ids: Sequence[str]) -> None:
    """Sweep once."""
    ends_at = time.monotonic() + float(os.environ["SWEEP_SECONDS"])
    context = SimpleNamespace(
        aws_request_id="sweep",
        get_remaining_time_in_millis=lambda: round((ends_at - time.monotonic()) * 1000),
        invoked_function_arn="arn:aws:lambda:eu-west-1:111122223333:function:finalize-cutover",
    )
    lambda_handler({"action": "sweep"}, context)
