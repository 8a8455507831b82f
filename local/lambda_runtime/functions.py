"""
Who runs the Lambda functions of the local AWS.

A function here has no code.  Whoever can run it registers a callable under the function's name, its ARN or its
``Handler``.  The handler is the best of the three: it is in the template, while CloudFormation makes up the name.
"""

from collections.abc import Callable
from typing import Any

# Runs one event; the second argument is the function's timeout in seconds.  Returns what the handler returned.
# Raises whatever the function fails with, which Lambda calls a function error.
Invoke = Callable[[dict[str, Any], float], dict[str, Any] | None]

# Lambda's own default is 3 s, which is of no use to a function that waits.
LONGEST_TIMEOUT = 900.0  # s

_registered: dict[str, Invoke] = {}


class FunctionNotFoundError(LookupError):
    """Nobody registered the function."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"Function not found: {' or '.join(names)}")


def register(name: str, invoke: Invoke) -> None:
    """
    Let *invoke* run the function called *name*, from now on and in place of any before.

    Args:
        name: Name, ARN (a qualifier does not matter) or handler of the function.

        invoke: What runs it; called from several threads at once.
    """
    _registered[name_in(name)] = invoke


def forget(name: str) -> None:
    """Let nobody run the function called *name*; nobody doing so is fine."""
    _registered.pop(name_in(name), None)


def find(*names: str | None) -> Invoke:
    """
    Return what runs the function called by the first of *names* that somebody registered.

    Raises:
        FunctionNotFoundError: Nobody registered any of them.
    """
    known = [name for name in names if name]
    for name in known:
        if invoke := _registered.get(name_in(name)):
            return invoke
    raise FunctionNotFoundError(tuple(known))


def limited(invoke: Invoke, timeout_seconds: float) -> Callable[[dict[str, Any]], object]:
    """Return what runs an event with *invoke*, for *timeout_seconds* at most."""
    return lambda event: invoke(event, timeout_seconds)


def name_in(arn: str) -> str:
    """
    Return the function's name from its *arn*; a name or a handler is returned without its qualifier.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    parts = arn.split(":")
    return parts[6] if parts[0] == "arn" else parts[0]
