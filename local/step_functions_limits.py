"""
How much data a state may hold; moto sets no limit.

On AWS the error is called States.DataLimitExceeded, here States.Runtime; neither can be caught.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

import json
from typing import Any

from moto.stepfunctions.parser.asl.eval.states import States

LONGEST = 262_144  # bytes

_reset, _set_result = States.reset, States.set_result


class DataLimitExceededError(Exception):
    """What goes into a state or comes out of it is too long."""


def reset(self: States, input_value: Any) -> None:
    """Let *input_value* be the input of what follows, if it is short enough."""
    _check(input_value)
    _reset(self, input_value)


def set_result(self: States, result: Any) -> None:
    """Let *result* be what a state found, if it is short enough."""
    _check(result)
    _set_result(self, result)


def _check(value: Any) -> None:
    length = len(json.dumps(value, separators=(",", ":"), default=str).encode())
    if length > LONGEST:
        raise DataLimitExceededError(f"States.DataLimitExceeded: {length} bytes, and {LONGEST} are allowed")
