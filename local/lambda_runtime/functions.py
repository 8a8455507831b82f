"""
The registry of callables that run the Lambda functions of the local AWS.

The local AWS does not run a function's code.  A program registers a callable under the function's name, its ARN, its
``Handler`` or its ``CodeSha256``.  Prefer the handler: the template defines it, while CloudFormation generates the
name.  Under ``CodeSha256``, an update of the function's code lets another callable run it, as on Lambda.
"""

from collections.abc import Callable
from typing import Any

# Runs the function for one event; the second argument is the function's timeout in seconds.  Returns the handler's
# result.  Any exception counts as what Lambda calls a function error.
Invoke = Callable[[dict[str, Any], float], dict[str, Any] | None]

# Lambda's maximum.  Lambda's default of 3 s is too short for a function that waits.
LONGEST_TIMEOUT = 900.0  # s

_registered: dict[str, Invoke] = {}


class FunctionNotFoundError(LookupError):
    """No callable is registered for the function."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"Function not found: {' or '.join(names)}")


def register(name: str, invoke: Invoke) -> None:
    """
    Register *invoke* for the function *name*; it replaces an earlier registration.

    Args:
        name: Name, ARN (a qualifier is ignored), ``CodeSha256`` or handler of the function.

        invoke: Runs the function; called from several threads at once.
    """
    _registered[name_in(name)] = invoke


def forget(name: str) -> None:
    """Remove the registration for the function *name*, if there is one."""
    _registered.pop(name_in(name), None)


def find(*names: str | None) -> Invoke:
    """
    Return the callable for the first of *names* that is registered.

    Raises:
        FunctionNotFoundError: None of them is registered.
    """
    known = [name for name in names if name]
    for name in known:
        if invoke := _registered.get(name_in(name)):
            return invoke
    raise FunctionNotFoundError(tuple(known))


def limited(invoke: Invoke, timeout_seconds: float) -> Callable[[dict[str, Any]], object]:
    """Return a callable that runs an event with *invoke* and the given timeout."""
    return lambda event: invoke(event, timeout_seconds)


def name_in(arn: str) -> str:
    """
    Return the function's name from its *arn*; for a name or a handler, return it without its qualifier.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    parts = arn.split(":")
    return parts[6] if parts[0] == "arn" else parts[0]
